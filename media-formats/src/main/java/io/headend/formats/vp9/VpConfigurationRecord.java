package io.headend.formats.vp9;

import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The body of {@code vpcC} behind version and flags (VP Codec ISO Media File Format Binding, version 1).
 *
 * @param profile 0 to 3
 * @param level ten times the VP9 level, such as 31
 * @param bitDepth 8, 10 or 12
 * @param chromaSubsampling 0 4:2:0 vertical, 1 4:2:0 colocated, 2 4:2:2, 3 4:4:4
 */
public record VpConfigurationRecord(int profile, int level, int bitDepth, int chromaSubsampling) {

    // luma samples per second and per picture that a level allows (VP9 levels, webmproject.org)
    private static final long[][] LEVELS = {
        {10, 829_440, 36_864},
        {11, 2_764_800, 73_728},
        {20, 4_608_000, 122_880},
        {21, 9_216_000, 245_760},
        {30, 20_736_000, 552_960},
        {31, 36_864_000, 983_040},
        {40, 83_558_400, 2_228_224},
        {41, 160_432_128, 2_228_224},
        {50, 311_951_360, 8_912_896},
        {51, 588_251_136, 8_912_896},
        {52, 1_176_502_272, 8_912_896},
        {60, 1_176_502_272, 35_651_584},
        {61, 2_353_004_544L, 35_651_584},
        {62, 4_706_009_088L, 35_651_584}
    };

    public VpConfigurationRecord {
        if (profile < 0 || profile > 3 || level < 0 || level > 255 || bitDepth < 8 || bitDepth > 12) {
            throw MediaException.malformed(
                    "vpcC has profile " + profile + ", level " + level + " and " + bitDepth + " bits");
        }
    }

    /** From the configuration record where the track has one, else from what its format says. */
    public static VpConfigurationRecord of(VideoFormat format) {
        ByteBuffer record = format.codec().record();
        if (record.remaining() >= 12 && record.get(0) == 1) {
            int packed = record.get(6) & 0xFF;
            return new VpConfigurationRecord(record.get(4) & 0xFF, record.get(5) & 0xFF, packed >> 4, packed >> 1 & 7);
        }
        String pixels = format.pixelFormat();
        int depth = pixels.contains("p12") ? 12 : pixels.contains("p10") ? 10 : 8;
        int chroma = pixels.startsWith("yuv444") ? 3 : pixels.startsWith("yuv422") ? 2 : 1;
        int profile = (depth > 8 ? 2 : 0) + (chroma > 1 ? 1 : 0);
        return new VpConfigurationRecord(profile, level(format), depth, chroma);
    }

    private static int level(VideoFormat format) {
        Rational rate = format.frameRate();
        long picture = (long) format.width() * format.height();
        long second = rate == null ? 0 : picture * rate.num() / rate.den();
        for (long[] level : LEVELS) {
            if (second <= level[1] && picture <= level[2]) {
                return (int) level[0];
            }
        }
        return 62;
    }

    /** The body of the box. Colour is that of the track. */
    public ByteBuffer toBytes(VideoFormat format) {
        ByteBuffer out = ByteBuffer.allocate(8);
        out.put((byte) profile).put((byte) level);
        out.put((byte) (bitDepth << 4 | chromaSubsampling << 1 | (format.color().fullRange() ? 1 : 0)));
        out.put((byte) format.color().primaries());
        out.put((byte) format.color().transfer());
        out.put((byte) format.color().matrix());
        return out.putShort((short) 0).flip();
    }

    /** The short form {@code vp09.PP.LL.DD}. */
    public String codecString() {
        return String.format(Locale.ROOT, "vp09.%02d.%02d.%02d", profile, level, bitDepth);
    }
}
