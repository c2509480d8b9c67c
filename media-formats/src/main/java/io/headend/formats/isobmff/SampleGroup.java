package io.headend.formats.isobmff;

import io.headend.core.ContentProtection;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code sgpd} and {@code sbgp} of a {@code traf} whose samples all have one key: the CencSampleEncryptionInformationGroupEntry of
 * ISO/IEC 23001-7, 6, which has the fields of {@code tenc}.
 */
record SampleGroup(TrackEncryptionBox entry, int samples) {

    private static final int SGPD_FIELDS = 24;
    private static final int SBGP = 28;
    // ISO/IEC 14496-12, 8.9.4: the first description of this fragment, not of the movie
    private static final int FIRST_OF_FRAGMENT = 0x1_0001;

    static SampleGroup of(ContentProtection protection, int samples) {
        return new SampleGroup(TrackEncryptionBox.of(protection), samples);
    }

    /** The first description of the group of a {@code traf}. */
    static Optional<TrackEncryptionBox> first(ParsedBox traf) {
        for (ParsedBox sgpd : traf.all("sgpd")) {
            ByteBuffer in = sgpd.body(8);
            if (FourCc.get(in).equals("seig")) {
                // version 1 has a common length here, version 2 the description of samples without a group
                int length = sgpd.version() > 0 ? in.getInt() : 0;
                sgpd.require(in.remaining() >= 4);
                if (in.getInt() == 0) {
                    continue;
                }
                if (sgpd.version() == 1 && length == 0) {
                    sgpd.require(in.remaining() >= 4);
                    in.getInt();
                }
                return Optional.of(TrackEncryptionBox.parse(sgpd, in, true));
            }
        }
        return Optional.empty();
    }

    int size() {
        return SGPD_FIELDS + entry.bodySize() + SBGP;
    }

    void writeTo(ByteBuffer out) {
        MovieFragmentBox.header(out, SGPD_FIELDS + entry.bodySize(), "sgpd", 1, 0);
        FourCc.put(out, "seig");
        out.putInt(entry.bodySize()).putInt(1);
        entry.writeBody(out);
        MovieFragmentBox.header(out, SBGP, "sbgp", 0, 0);
        FourCc.put(out, "seig");
        out.putInt(1).putInt(samples).putInt(FIRST_OF_FRAGMENT);
    }
}
