package io.headend.formats.isobmff;

import io.headend.core.AudioFormat;
import io.headend.core.Chromaticity;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.DataFormat;
import io.headend.core.MasteringDisplay;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.TextFormat;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads sample entries: the other way round than {@link VideoEntries}, {@link AudioEntries} and {@link TextEntries}. */
final class SampleEntryParser {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private SampleEntryParser() {}

    /** What a sample entry says; {@code OTHER_*} where it is of no coding that is known here. */
    static TrackFormat parse(ParsedBox entry, String handler) {
        return switch (handler) {
            case "vide" -> video(entry);
            case "soun" -> audio(entry);
            case "text", "subt", "sbtl" -> text(entry);
            default -> new DataFormat(config(Codec.OTHER_DATA, entry.type().strip(), NOTHING));
        };
    }

    private static TrackFormat video(ParsedBox entry) {
        ByteBuffer fields = entry.payload();
        entry.require(fields.remaining() >= VideoEntries.FIELDS);
        int width = fields.getShort(24) & 0xFFFF;
        int height = fields.getShort(26) & 0xFFFF;
        entry.require(width > 0 && height > 0);
        CodecConfig config = switch (entry.type()) {
            case "avc1", "avc3" -> config(Codec.AVC, "h264", payload(entry, "avcC"));
            case "hvc1", "hev1" -> config(Codec.HEVC, "hevc", payload(entry, "hvcC"));
            case "av01" -> config(Codec.AV1, "av1", payload(entry, "av1C"));
            case "vp09" -> config(Codec.VP9, "vp9", payload(entry, "vpcC"));
            default -> config(Codec.OTHER_VIDEO, entry.type().strip(), NOTHING);
        };
        return new VideoFormat(config, new PictureSize(width, height), aspect(entry), null, "", color(entry));
    }

    private static Rational aspect(ParsedBox entry) {
        return entry.find("pasp")
                .map(ParsedBox::payload)
                .filter(in -> in.remaining() >= 8 && in.getInt(0) > 0 && in.getInt(4) > 0)
                .map(in -> Rational.of(in.getInt(0), in.getInt(4)))
                .orElse(Rational.ONE);
    }

    private static ColorInfo color(ParsedBox entry) {
        for (ParsedBox colr : entry.all("colr")) {
            ByteBuffer in = colr.payload();
            if (in.remaining() >= 10) {
                String kind = FourCc.get(in);
                if (kind.equals("nclx") || kind.equals("nclc")) {
                    int primaries = in.getShort() & 0xFF;
                    int transfer = in.getShort() & 0xFF;
                    int matrix = in.getShort() & 0xFF;
                    return new ColorInfo(primaries, transfer, matrix, in.hasRemaining() && in.get() < 0)
                            .withStaticMetadata(masteringDisplay(entry), contentLight(entry));
                }
            }
        }
        return ColorInfo.UNSPECIFIED;
    }

    private static @Nullable MasteringDisplay masteringDisplay(ParsedBox entry) {
        Optional<ParsedBox> box = entry.find("mdcv");
        if (box.isEmpty() || box.get().payload().remaining() < 24) {
            return null;
        }
        ByteBuffer in = box.get().payload();
        try {
            Chromaticity green = chromaticity(in);
            Chromaticity blue = chromaticity(in);
            Chromaticity red = chromaticity(in);
            Chromaticity white = chromaticity(in);
            long most = Integer.toUnsignedLong(in.getInt());
            return new MasteringDisplay(red, green, blue, white, most, Integer.toUnsignedLong(in.getInt()));
        } catch (IllegalArgumentException e) {
            return null; // a point outside of the diagram says nothing
        }
    }

    private static Chromaticity chromaticity(ByteBuffer in) {
        return new Chromaticity(in.getShort() & 0xFFFF, in.getShort() & 0xFFFF);
    }

    private static @Nullable ContentLightLevel contentLight(ParsedBox entry) {
        Optional<ParsedBox> box = entry.find("clli");
        if (box.isEmpty() || box.get().payload().remaining() < 4) {
            return null;
        }
        ByteBuffer in = box.get().payload();
        return new ContentLightLevel(in.getShort() & 0xFFFF, in.getShort() & 0xFFFF);
    }

    private static TrackFormat audio(ParsedBox entry) {
        ByteBuffer fields = entry.payload();
        entry.require(fields.remaining() >= AudioEntries.FIELDS);
        int channels = Math.max(1, Math.min(64, fields.getShort(16)));
        int rate = Math.max(1, fields.getInt(24) >>> 16);
        return switch (entry.type()) {
            case "mp4a" -> mpeg4(entry, rate, channels);
            case "ac-3" -> AudioFormat.of(config(Codec.AC3, "ac3", payload(entry, "dac3")), rate, channels);
            case "ec-3" -> AudioFormat.of(config(Codec.EAC3, "eac3", payload(entry, "dec3")), rate, channels);
            case "Opus" ->
                AudioFormat.of(config(Codec.OPUS, "opus", opusHead(payload(entry, "dOps"))), 48_000, channels);
            case "fLaC" -> flac(entry, rate, channels);
            case ".mp3" -> AudioFormat.of(config(Codec.MP3, "mp3", NOTHING), rate, channels);
            default -> AudioFormat.of(config(Codec.OTHER_AUDIO, entry.type().strip(), NOTHING), rate, channels);
        };
    }

    private static TrackFormat mpeg4(ParsedBox entry, int rate, int channels) {
        ElementaryStream stream = ElementaryStream.parse(payload(entry, "esds"));
        return switch (stream.objectType()) {
            case 0x40, 0x66, 0x67, 0x68 -> {
                AudioSpecificConfig config = AudioSpecificConfig.parse(stream.specific());
                int count = config.parametricStereo() ? 2 : channels(config.channelConfiguration(), channels);
                yield AudioFormat.of(
                        config(Codec.AAC, "aac", stream.specific()), Math.max(1, config.outputRate()), count);
            }
            case 0x69, 0x6B -> AudioFormat.of(config(Codec.MP3, "mp3", NOTHING), rate, channels);
            default ->
                AudioFormat.of(
                        config(
                                Codec.OTHER_AUDIO,
                                String.format(Locale.ROOT, "mp4a.%02x", stream.objectType()),
                                NOTHING),
                        rate,
                        channels);
        };
    }

    private static int channels(int configuration, int said) {
        return switch (configuration) {
            case 1, 2, 3, 4, 5, 6 -> configuration;
            case 7, 12, 14 -> 8;
            case 11 -> 7;
            default -> said;
        };
    }

    private static TrackFormat flac(ParsedBox entry, int rate, int channels) {
        ByteBuffer blocks = payload(entry, "dfLa");
        entry.require(blocks.remaining() >= 4 + 4 + 34);
        ByteBuffer info = blocks.slice(8, 34);
        int said = ((info.getShort(10) << 4) & 0xFFFF0) | ((info.get(12) & 0xF0) >> 4);
        return AudioFormat.of(config(Codec.FLAC, "flac", info), said > 0 ? said : rate, channels);
    }

    /** The body of {@code dOps} as {@code OpusHead} of RFC 7845, which is little-endian. */
    private static ByteBuffer opusHead(ByteBuffer specific) {
        if (specific.remaining() < 11) {
            throw MediaException.malformed("dOps is cut short");
        }
        ByteBuffer out = ByteBuffer.allocate(8 + specific.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        out.put("OpusHead".getBytes(StandardCharsets.US_ASCII));
        out.put((byte) 1).put(specific.get(1));
        out.putShort(specific.getShort(2)).putInt(specific.getInt(4)).putShort(specific.getShort(8));
        return out.put(specific.slice(10, specific.remaining() - 10)).flip();
    }

    private static TrackFormat text(ParsedBox entry) {
        return switch (entry.type()) {
            case "wvtt" -> new TextFormat(config(Codec.WEBVTT, "webvtt", payload(entry, "vttC")));
            case "stpp" -> new TextFormat(config(Codec.IMSC1, "ttml", NOTHING));
            default -> new TextFormat(config(Codec.OTHER_TEXT, entry.type().strip(), NOTHING));
        };
    }

    private static CodecConfig config(Codec codec, String name, ByteBuffer record) {
        return new CodecConfig(codec, name.isEmpty() ? "unknown" : name, record);
    }

    private static ByteBuffer payload(ParsedBox entry, String type) {
        return entry.find(type)
                .or(() -> entry.find("wave/" + type))
                .orElseThrow(() -> MediaException.malformed("sample entry " + entry.type() + " has no " + type))
                .payload()
                .slice();
    }
}
