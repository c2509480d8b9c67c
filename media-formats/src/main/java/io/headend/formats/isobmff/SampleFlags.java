package io.headend.formats.isobmff;

/** Sample flags of a fragment (ISO/IEC 14496-12, 8.8.3.1). */
public final class SampleFlags {

    /** Depends on no other sample; decoding can start here. */
    public static final int SYNC = 0x0200_0000;

    /** Depends on others; decoding cannot start here. */
    public static final int NON_SYNC = 0x0101_0000;

    private SampleFlags() {}

    /** Whether decoding can start at a sample with these flags. */
    public static boolean isSync(int flags) {
        return (flags & 0x0001_0000) == 0;
    }
}
