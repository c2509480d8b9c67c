package io.headend.formats.isobmff;

import io.headend.core.SampleProtector.Encryption;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code moof}: {@code mfhd}, one {@code traf} of {@code tfhd tfdt trun [sgpd sbgp] [saiz saio senc]} and any {@code pssh}. */
final class MovieFragmentBox implements Box {

    private static final int TFHD_DESCRIPTION = 0x2;
    private static final int TFHD_DURATION = 0x8;
    private static final int TFHD_SIZE = 0x10;
    private static final int TFHD_FLAGS = 0x20;
    private static final int TFHD_BASE_IS_MOOF = 0x02_0000;
    static final int TRUN_DATA_OFFSET = 0x1;
    static final int TRUN_FIRST_FLAGS = 0x4;
    static final int TRUN_DURATION = 0x100;
    static final int TRUN_SIZE = 0x200;
    static final int TRUN_FLAGS = 0x400;
    static final int TRUN_OFFSET = 0x800;

    private final int sequenceNumber;
    private final TrackFragment fragment;
    private final int trunFlags;
    private final int tfhdFlags;
    private final SampleEncryptionBox senc;
    private final boolean hasSenc;
    private final @Nullable SampleGroup group;
    private final List<Box> pssh;

    MovieFragmentBox(int sequenceNumber, TrackFragment fragment, List<Box> pssh) {
        this.sequenceNumber = sequenceNumber;
        this.pssh = pssh;
        this.group = fragment.key == null || fragment.count == 0 ? null : SampleGroup.of(fragment.key, fragment.count);
        this.fragment = fragment;
        int run = TRUN_DATA_OFFSET;
        int header = TFHD_BASE_IS_MOOF | (fragment.description > 0 ? TFHD_DESCRIPTION : 0);
        boolean some = fragment.count > 0;
        if (equalFrom(fragment.durations, 0)) {
            header |= some ? TFHD_DURATION : 0;
        } else {
            run |= TRUN_DURATION;
        }
        if (equalFrom(fragment.sizes, 0)) {
            header |= some ? TFHD_SIZE : 0;
        } else {
            run |= TRUN_SIZE;
        }
        if (equalFrom(fragment.flags, 1)) {
            header |= some ? TFHD_FLAGS : 0;
            run |= equalFrom(fragment.flags, 0) ? 0 : TRUN_FIRST_FLAGS;
        } else {
            run |= TRUN_FLAGS;
        }
        if (!equalFrom(fragment.compositionOffsets, 0) || (some && fragment.compositionOffsets[0] != 0)) {
            run |= TRUN_OFFSET;
        }
        this.trunFlags = run;
        this.tfhdFlags = header;
        this.senc = new SampleEncryptionBox(fragment.encryption);
        this.hasSenc = senc.saysAnything();
    }

    private static boolean equalFrom(int[] values, int from) {
        for (int i = from + 1; i < values.length; i++) {
            if (values[i] != values[from]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String type() {
        return "moof";
    }

    @Override
    public int payloadSize() {
        return 16 + trafSize() + Box.sizeOf(pssh);
    }

    private int trafSize() {
        return HEADER
                + tfhdSize()
                + 20
                + trunSize()
                + (group == null ? 0 : group.size())
                + (hasSenc ? saizSize() + 20 + senc.size() : 0);
    }

    private int tfhdSize() {
        return 16 + 4 * Integer.bitCount(tfhdFlags & (TFHD_DESCRIPTION | TFHD_DURATION | TFHD_SIZE | TFHD_FLAGS));
    }

    private int trunSize() {
        int perSample = 4 * Integer.bitCount(trunFlags & 0xF00);
        return 20 + ((trunFlags & TRUN_FIRST_FLAGS) != 0 ? 4 : 0) + perSample * fragment.count;
    }

    private int saizSize() {
        return 17 + (senc.commonEntrySize() > 0 ? 0 : fragment.count);
    }

    @Override
    public void writePayload(ByteBuffer out) {
        header(out, 16, "mfhd", 0, 0);
        out.putInt(sequenceNumber);
        out.putInt(trafSize());
        FourCc.put(out, "traf");
        writeTfhd(out);
        header(out, 20, "tfdt", 1, 0);
        out.putLong(fragment.baseDecodeTime);
        writeTrun(out);
        if (group != null) {
            group.writeTo(out);
        }
        if (hasSenc) {
            writeAuxiliary(out);
        }
        pssh.forEach(box -> box.writeTo(out));
    }

    private void writeTfhd(ByteBuffer out) {
        header(out, tfhdSize(), "tfhd", 0, tfhdFlags);
        out.putInt(fragment.trackId);
        if ((tfhdFlags & TFHD_DESCRIPTION) != 0) {
            out.putInt(fragment.description);
        }
        if ((tfhdFlags & TFHD_DURATION) != 0) {
            out.putInt(fragment.durations[0]);
        }
        if ((tfhdFlags & TFHD_SIZE) != 0) {
            out.putInt(fragment.sizes[0]);
        }
        if ((tfhdFlags & TFHD_FLAGS) != 0) {
            out.putInt(fragment.flags[Math.min(1, fragment.count - 1)]);
        }
    }

    private void writeTrun(ByteBuffer out) {
        header(out, trunSize(), "trun", 1, trunFlags);
        out.putInt(fragment.count);
        out.putInt(size() + HEADER);
        if ((trunFlags & TRUN_FIRST_FLAGS) != 0) {
            out.putInt(fragment.flags[0]);
        }
        for (int i = 0; i < fragment.count; i++) {
            if ((trunFlags & TRUN_DURATION) != 0) {
                out.putInt(fragment.durations[i]);
            }
            if ((trunFlags & TRUN_SIZE) != 0) {
                out.putInt(fragment.sizes[i]);
            }
            if ((trunFlags & TRUN_FLAGS) != 0) {
                out.putInt(fragment.flags[i]);
            }
            if ((trunFlags & TRUN_OFFSET) != 0) {
                out.putInt(fragment.compositionOffsets[i]);
            }
        }
    }

    private void writeAuxiliary(ByteBuffer out) {
        int common = senc.commonEntrySize();
        header(out, saizSize(), "saiz", 0, 0);
        out.put((byte) common).putInt(fragment.count);
        if (common == 0) {
            for (Encryption sample : fragment.encryption) {
                out.put((byte) senc.entrySize(sample));
            }
        }
        header(out, 20, "saio", 0, 0);
        out.putInt(1);
        // offset from the first byte of moof to the first entry of senc, which is the last box of traf
        out.putInt(size() - Box.sizeOf(pssh) - senc.size() + 16);
        senc.writeTo(out);
    }

    static void header(ByteBuffer out, int size, String type, int version, int flags) {
        out.putInt(size);
        FourCc.put(out, type);
        out.putInt(version << 24 | flags);
    }

    @Override
    public String toString() {
        return "moof[" + sequenceNumber + ", " + List.of(fragment.trackId, fragment.count) + "]";
    }
}
