package io.headend.formats.mpegts;

/** Values of {@code stream_type} (ISO/IEC 13818-1, 2.4.4.10; ATSC A/53; SCTE 35; HDMV). */
public final class StreamType {

    public static final int MPEG1_VIDEO = 0x01;
    public static final int MPEG2_VIDEO = 0x02;
    public static final int MPEG1_AUDIO = 0x03;
    public static final int MPEG2_AUDIO = 0x04;
    /** PES packets of a coding that descriptors name. */
    public static final int PRIVATE_PES = 0x06;

    public static final int AAC_ADTS = 0x0F;
    public static final int AAC_LATM = 0x11;
    /** Metadata in PES packets, such as timed ID3. */
    public static final int METADATA_PES = 0x15;

    public static final int AVC = 0x1B;
    public static final int HEVC = 0x24;
    public static final int VVC = 0x33;
    public static final int AC3 = 0x81;
    public static final int DTS = 0x82;
    public static final int DTS_HD = 0x85;
    /** Sections of SCTE 35 where the program is registered as {@code CUEI}. */
    public static final int SCTE35 = 0x86;

    public static final int ENHANCED_AC3 = 0x87;
    /** Presentation graphics of HDMV. */
    public static final int HDMV_PGS = 0x90;

    private StreamType() {}
}
