package io.headend.formats.isobmff;

import io.headend.core.ContentProtection;
import java.nio.ByteBuffer;

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
