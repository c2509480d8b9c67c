package io.headend.formats.isobmff;

import io.headend.core.Codec;
import io.headend.core.ContentProtection;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import org.jspecify.annotations.Nullable;

/**
 * The CMAF header of one track (ISO/IEC 23000-19, 7.3.1): {@code ftyp} and a {@code moov} without samples.
 */
public final class InitializationSegment {

    /** The one track of a CMAF track file. */
    public static final int TRACK_ID = 1;

    private static final int ONE = 0x1_0000;

    private final Track track;
    private final List<Box> entries = new ArrayList<>();
    private final List<Box> pssh = new ArrayList<>();

    private InitializationSegment(Track track, @Nullable ContentProtection protection) {
        this.track = track;
        if (track.timebase().num() != 1) {
            throw MediaException.invalidArgument("timebase " + track.timebase() + " of track " + track.name()
                    + " has no whole number of ticks per second; convert it before packaging");
        }
        SampleEntry clear = SampleEntry.of(track.format());
        if (protection == null) {
            entries.add(clear);
        } else {
            entries.add(clear.protectedBy(protection));
            pssh.addAll(ProtectionSystemSpecificHeaderBox.of(protection.systems()));
        }
    }

    /**
     * The bytes for a track in a timebase of whole ticks per second.
     *
     * @param protection how the samples are encrypted, or {@code null}
     * @throws MediaException as {@link SampleEntry#of}, and {@code INVALID_ARGUMENT} for another timebase
     */
    public static ByteBuffer of(Track track, @Nullable ContentProtection protection) {
        InitializationSegment segment = new InitializationSegment(track, protection);
        return Box.toBytes(List.of(FileTypeBox.file("iso6", "iso6", "cmfc", "cmf2", "mp41"), segment.moov()))
                .asReadOnlyBuffer();
    }

    /**
     * The {@code moov} alone of a track in the clear whose fragments need one sample entry or another.
     *
     * @param others formats of the sample entries behind that of the track
     * @throws MediaException as {@link #of}
     */
    public static ByteBuffer movie(Track track, List<TrackFormat> others) {
        InitializationSegment segment = new InitializationSegment(track, null);
        others.forEach(format -> segment.entries.add(SampleEntry.of(format)));
        return Box.toBytes(List.of(segment.moov())).asReadOnlyBuffer();
    }

    private Box moov() {
        List<Box> boxes = new ArrayList<>();
        boxes.add(mvhd());
        boxes.add(trak());
        boxes.add(ContainerBox.of("mvex", TrackExtendsBox.NOTHING));
        boxes.addAll(pssh);
        return new ContainerBox("moov", boxes);
    }

    private Box trak() {
        List<Box> boxes = new ArrayList<>(List.of(tkhd(), mdia()));
        TrackKinds.of(track.roles()).ifPresent(boxes::add);
        return new ContainerBox("trak", boxes);
    }

    private Box mvhd() {
        ByteBuffer out = ByteBuffer.allocate(96);
        out.putInt(0).putInt(0).putInt(track.timebase().den()).putInt(0);
        out.putInt(0x1_0000).putShort((short) 0x100).position(out.position() + 10);
        matrix(out, 0);
        out.position(out.position() + 24);
        return OpaqueBox.full("mvhd", 0, 0, out.putInt(TRACK_ID + 1).flip());
    }

    private Box tkhd() {
        ByteBuffer out = ByteBuffer.allocate(80);
        out.putInt(0).putInt(0).putInt(TRACK_ID).position(28);
        boolean sound = track.kind() == Codec.Kind.AUDIO;
        out.putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) (sound ? 0x100 : 0))
                .putShort((short) 0);
        matrix(out, track.format() instanceof VideoFormat turned ? turned.rotation() : 0);
        if (track.format() instanceof VideoFormat video) {
            Rational aspect = video.sampleAspectRatio();
            long width = ((long) video.width() << 16) * Math.max(1, aspect.num()) / aspect.den();
            out.putInt((int) Math.min(width, 0xFFFF_0000L)).putInt(video.height() << 16);
        }
        return OpaqueBox.full("tkhd", 0, 3, out.position(80).flip());
    }

    /** The transformation that turns pictures clockwise; where they land is left to the player. */
    private static void matrix(ByteBuffer out, int degrees) {
        int cos = degrees == 0 ? ONE : degrees == 180 ? -ONE : 0;
        int sin = degrees == 90 ? ONE : degrees == 270 ? -ONE : 0;
        for (int value : new int[] {cos, sin, 0, -sin, cos, 0, 0, 0, 0x4000_0000}) {
            out.putInt(value);
        }
    }

    private Box mdia() {
        ByteBuffer mdhd = ByteBuffer.allocate(20);
        mdhd.position(8);
        mdhd.putInt(track.timebase().den())
                .putInt(0)
                .putShort((short) language())
                .putShort((short) 0);
        return ContainerBox.of("mdia", OpaqueBox.full("mdhd", 0, 0, mdhd.flip()), handler(), minf());
    }

    private Box handler() {
        String name = switch (track.kind()) {
            case VIDEO -> "vide";
            case AUDIO -> "soun";
            case TEXT -> track.format().codec().codec() == Codec.IMSC1 ? "subt" : "text";
            case DATA -> "meta";
        };
        byte[] title = "Headend".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(20 + title.length + 1).putInt(0);
        FourCc.put(out, name);
        out.position(20);
        return OpaqueBox.full("hdlr", 0, 0, out.put(title).put((byte) 0).flip());
    }

    private Box minf() {
        Box header = switch (track.kind()) {
            case VIDEO -> OpaqueBox.full("vmhd", 0, 1, ByteBuffer.allocate(8));
            case AUDIO -> OpaqueBox.full("smhd", 0, 0, ByteBuffer.allocate(4));
            case TEXT ->
                track.format().codec().codec() == Codec.IMSC1
                        ? OpaqueBox.full("sthd", 0, 0, ByteBuffer.allocate(0))
                        : OpaqueBox.full("nmhd", 0, 0, ByteBuffer.allocate(0));
            case DATA -> OpaqueBox.full("nmhd", 0, 0, ByteBuffer.allocate(0));
        };
        Box selfContained = OpaqueBox.full("url ", 0, 1, ByteBuffer.allocate(0));
        return ContainerBox.of("minf", header, ContainerBox.of("dinf", list("dref", List.of(selfContained))), stbl());
    }

    private Box stbl() {
        ByteBuffer none = ByteBuffer.allocate(4);
        return ContainerBox.of(
                "stbl",
                list("stsd", entries),
                OpaqueBox.full("stts", 0, 0, none),
                OpaqueBox.full("stsc", 0, 0, none),
                OpaqueBox.full("stsz", 0, 0, ByteBuffer.allocate(8)),
                OpaqueBox.full("stco", 0, 0, none));
    }

    private static Box list(String type, List<Box> boxes) {
        ByteBuffer body = ByteBuffer.allocate(4 + Box.sizeOf(boxes)).putInt(boxes.size());
        boxes.forEach(box -> box.writeTo(body));
        return OpaqueBox.full(type, 0, 0, body.flip());
    }

    /** ISO 639-2/T in three times five bits. */
    private int language() {
        String code = "und";
        String tag = track.language();
        if (tag != null) {
            try {
                String found = Locale.forLanguageTag(tag).getISO3Language();
                code = found.length() == 3 ? found : code;
            } catch (MissingResourceException e) {
                code = "und";
            }
        }
        return (code.charAt(0) - 0x60) << 10 | (code.charAt(1) - 0x60) << 5 | (code.charAt(2) - 0x60);
    }
}
