package io.headend.formats.isobmff;

import io.headend.core.Chromaticity;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.MasteringDisplay;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;
import io.headend.formats.av1.Av1ConfigurationRecord;
import io.headend.formats.vp9.VpConfigurationRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** VisualSampleEntry (ISO/IEC 14496-12, 12.1.3) of each coding. */
final class VideoEntries {

    static final int FIELDS = 78;

    private VideoEntries() {}

    static String type(VideoFormat format) {
        return switch (format.codec().codec()) {
            case AVC -> ParameterSetPlace.of(format.codec()).sampleEntry();
            case HEVC -> ParameterSetPlace.of(format.codec()).sampleEntry();
            case AV1 -> "av01";
            case VP9 -> "vp09";
            default ->
                throw MediaException.unsupported(
                        "there is no sample entry for " + format.codec().name());
        };
    }

    static ByteBuffer fields(VideoFormat format) {
        ByteBuffer out = ByteBuffer.allocate(FIELDS);
        out.position(6);
        out.putShort((short) 1).position(24);
        out.putShort((short) format.width()).putShort((short) format.height());
        out.putInt(0x0048_0000).putInt(0x0048_0000).putInt(0);
        out.putShort((short) 1).position(74);
        out.putShort((short) 24).putShort((short) -1);
        return out.flip();
    }

    static List<Box> children(VideoFormat format) {
        List<Box> boxes = new ArrayList<>();
        boxes.add(configuration(format));
        Rational aspect = format.sampleAspectRatio();
        if (!aspect.equals(Rational.ONE) && aspect.num() > 0) {
            ByteBuffer pasp = ByteBuffer.allocate(8).putInt(aspect.num()).putInt(aspect.den());
            boxes.add(new OpaqueBox("pasp", pasp.flip()));
        }
        ColorInfo color = format.color();
        if (!color.withStaticMetadata(null, null).equals(ColorInfo.UNSPECIFIED)) {
            ByteBuffer colr = ByteBuffer.allocate(11);
            FourCc.put(colr, "nclx");
            colr.putShort((short) color.primaries()).putShort((short) color.transfer());
            colr.putShort((short) color.matrix()).put((byte) (color.fullRange() ? 0x80 : 0));
            boxes.add(new OpaqueBox("colr", colr.flip()));
        }
        if (color.masteringDisplay() != null) {
            boxes.add(masteringDisplay(color.masteringDisplay()));
        }
        ContentLightLevel light = color.contentLight();
        if (light != null) {
            ByteBuffer clli = ByteBuffer.allocate(4)
                    .putShort((short) light.maxContent())
                    .putShort((short) light.maxPictureAverage());
            boxes.add(new OpaqueBox("clli", clli.flip()));
        }
        return boxes;
    }

    /** {@code mdcv} (ISO/IEC 14496-12, 12.1.6): the primaries in the order green, blue, red. */
    private static Box masteringDisplay(MasteringDisplay display) {
        ByteBuffer mdcv = ByteBuffer.allocate(24);
        for (Chromaticity point : List.of(display.green(), display.blue(), display.red(), display.whitePoint())) {
            mdcv.putShort((short) point.x()).putShort((short) point.y());
        }
        mdcv.putInt((int) display.maxLuminance()).putInt((int) display.minLuminance());
        return new OpaqueBox("mdcv", mdcv.flip());
    }

    private static Box configuration(VideoFormat format) {
        ByteBuffer record = format.codec().record();
        return switch (format.codec().codec()) {
            case AVC -> new OpaqueBox("avcC", version1(record, 7, "avcC"));
            case HEVC -> new OpaqueBox("hvcC", version1(record, 23, "hvcC"));
            case AV1 -> new OpaqueBox("av1C", Av1ConfigurationRecord.of(record).toBytes());
            default ->
                OpaqueBox.full("vpcC", 1, 0, VpConfigurationRecord.of(format).toBytes(format));
        };
    }

    private static ByteBuffer version1(ByteBuffer record, int least, String what) {
        if (record.remaining() < least || record.get(0) != 1) {
            throw MediaException.malformed("the track's configuration record is no " + what
                    + " payload; convert parameter sets to it at the source");
        }
        return record;
    }
}
