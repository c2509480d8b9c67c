package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_descriptor_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_COMMENT;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_DEFAULT;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_FORCED;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_HEARING_IMPAIRED;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_VISUAL_IMPAIRED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_SUBTITLE;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.DataFormat;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackRole;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Tracks of the house from native stream descriptions. */
final class StreamTracks {

    private static final int MAX_EXTRADATA = 1 << 20;
    private static final int MAX_RATE = 300;
    private static final Map<String, Codec> CODECS = Map.ofEntries(
            Map.entry("h264", Codec.AVC),
            Map.entry("hevc", Codec.HEVC),
            Map.entry("av1", Codec.AV1),
            Map.entry("vp9", Codec.VP9),
            Map.entry("vp8", Codec.VP8),
            Map.entry("mpeg2video", Codec.MPEG2_VIDEO),
            Map.entry("rawvideo", Codec.RAW_VIDEO),
            Map.entry("aac", Codec.AAC),
            Map.entry("ac3", Codec.AC3),
            Map.entry("eac3", Codec.EAC3),
            Map.entry("opus", Codec.OPUS),
            Map.entry("flac", Codec.FLAC),
            Map.entry("mp2", Codec.MP2),
            Map.entry("mp3", Codec.MP3),
            Map.entry("pcm_s16le", Codec.PCM_S16LE),
            Map.entry("webvtt", Codec.WEBVTT),
            Map.entry("ttml", Codec.IMSC1),
            Map.entry("scte_35", Codec.SCTE35),
            Map.entry("timed_id3", Codec.ID3));
    private static final Map<Codec.Kind, Map<TrackRole, Integer>> DISPOSITIONS = Map.of(
            Codec.Kind.AUDIO,
            Map.of(
                    TrackRole.DEFAULT, AV_DISPOSITION_DEFAULT,
                    TrackRole.AUDIO_DESCRIPTION, AV_DISPOSITION_VISUAL_IMPAIRED,
                    TrackRole.COMMENTARY, AV_DISPOSITION_COMMENT),
            Codec.Kind.TEXT,
            Map.of(
                    TrackRole.DEFAULT, AV_DISPOSITION_DEFAULT,
                    TrackRole.FORCED, AV_DISPOSITION_FORCED,
                    TrackRole.HARD_OF_HEARING, AV_DISPOSITION_HEARING_IMPAIRED));
    private static final Map<String, String> TWO_LETTERS = twoLetters();

    private StreamTracks() {}

    static Track track(AVStream stream, @Nullable Rational frameRate) {
        int id = stream.index();
        TrackFormat format = format(stream.codecpar(), stream.sample_aspect_ratio(), frameRate);
        String kind = format.codec().codec().kind().name().toLowerCase(Locale.ROOT);
        Timebase timebase = PixelLayout.timebase(stream.time_base(), Timebase.MPEG);
        String language = language(Options.read(stream.metadata()).get("language"));
        return new Track(id, kind + "-" + id, format, timebase, language, roles(stream.disposition(), format));
    }

    private static Set<TrackRole> roles(int disposition, TrackFormat format) {
        Set<TrackRole> roles = EnumSet.noneOf(TrackRole.class);
        DISPOSITIONS.getOrDefault(format.codec().codec().kind(), Map.of()).forEach((role, flag) -> {
            if ((disposition & flag) != 0) {
                roles.add(role);
            }
        });
        return roles;
    }

    /** What FFmpeg calls the roles of a track. */
    static int disposition(Track track) {
        return DISPOSITIONS.getOrDefault(track.kind(), Map.of()).entrySet().stream()
                .filter(entry -> track.roles().contains(entry.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    static TrackFormat format(
            AVCodecParameters parameters, AVRational containerAspectRatio, @Nullable Rational frameRate) {
        String name = Options.text(avcodec_get_name(parameters.codec_id()));
        Codec known = CODECS.get(name);
        int type = parameters.codec_type();
        if (type == AVMEDIA_TYPE_VIDEO && isPicture(parameters.width(), parameters.height())) {
            PictureSize size = new PictureSize(parameters.width(), parameters.height());
            AVRational ratio = containerAspectRatio.num() > 0 ? containerAspectRatio : parameters.sample_aspect_ratio();
            return new VideoFormat(
                    config(known, Codec.OTHER_VIDEO, name, parameters),
                    size,
                    PixelLayout.sampleAspectRatio(ratio),
                    frameRate,
                    PixelLayout.pixelFormatName(parameters.format()),
                    StaticMetadata.of(
                            parameters,
                            color(
                                    parameters.color_primaries(),
                                    parameters.color_trc(),
                                    parameters.color_space(),
                                    parameters.color_range())),
                    StaticMetadata.rotation(parameters));
        }
        int channels = parameters.ch_layout().nb_channels();
        if (type == AVMEDIA_TYPE_AUDIO && parameters.sample_rate() > 0 && channels > 0 && channels <= 64) {
            return new AudioFormat(
                    config(known, Codec.OTHER_AUDIO, name, parameters),
                    parameters.sample_rate(),
                    channels,
                    Math.max(parameters.initial_padding(), 0));
        }
        if (type == AVMEDIA_TYPE_SUBTITLE) {
            return new TextFormat(config(known, Codec.OTHER_TEXT, name, parameters));
        }
        // Data, and pictures or sound of which the container told neither size nor rate.
        Codec data = known != null && known.kind() == Codec.Kind.DATA ? known : Codec.OTHER_DATA;
        return new DataFormat(config(data, data, name, parameters));
    }

    private static boolean isPicture(int width, int height) {
        return width > 0 && height > 0 && width <= PictureSize.MAX && height <= PictureSize.MAX;
    }

    private static CodecConfig config(@Nullable Codec known, Codec other, String name, AVCodecParameters parameters) {
        Codec codec = known != null && known.kind() == other.kind() ? known : other;
        return new CodecConfig(codec, name, bytes(parameters.extradata(), parameters.extradata_size()));
    }

    static ByteBuffer bytes(@Nullable BytePointer data, int size) {
        return data == null || size <= 0 || size > MAX_EXTRADATA
                ? ByteBuffer.allocate(0)
                : data.capacity(size).asByteBuffer();
    }

    static ColorInfo color(int primaries, int transfer, int matrix, int range) {
        return new ColorInfo(code(primaries), code(transfer), code(matrix), range == AVCOL_RANGE_JPEG);
    }

    private static int code(int value) {
        return value >= 0 && value <= 255 ? value : 2;
    }

    /** FFmpeg's number of a coding. */
    static int codecId(CodecConfig config) {
        AVCodecDescriptor descriptor = avcodec_descriptor_get_by_name(config.name());
        if (descriptor == null) {
            throw MediaException.unsupported("FFmpeg knows no coding '" + config.name() + "'");
        }
        return descriptor.id();
    }

    /**
     * The constant frame rate, or {@code null} where it varies: the average and the least common rate must agree within
     * 0.5 %, or differ by a factor of two where the clock of the container counts fields. Beyond {@value #MAX_RATE} a
     * rate is a guess from the container's clock.
     */
    static @Nullable Rational frameRate(AVStream stream) {
        AVRational average = stream.avg_frame_rate();
        AVRational common = stream.r_frame_rate();
        if (average.num() <= 0 || average.den() <= 0 || average.num() / average.den() > MAX_RATE) {
            return null;
        }
        Rational rate = Rational.of(average.num(), average.den());
        if (common.num() <= 0 || common.den() <= 0) {
            return rate;
        }
        // per thousand: common / average
        double ratio = (double) common.num() / common.den() / rate.toDouble();
        if (Math.abs(ratio - 1) < 0.005) {
            return Rational.of(common.num(), common.den());
        }
        return Math.abs(ratio - 2) < 0.01 ? rate : null;
    }

    private static @Nullable String language(@Nullable String tag) {
        if (tag == null || tag.isBlank() || tag.equals("und")) {
            return null;
        }
        return TWO_LETTERS.getOrDefault(tag, tag);
    }

    /** The three-letter code that containers write. */
    static String iso3(String language) {
        try {
            String three = Locale.forLanguageTag(language).getISO3Language();
            return three.isEmpty() ? language : three;
        } catch (MissingResourceException e) {
            return language;
        }
    }

    // RFC 5646 clause 2.2.1: the two-letter code where there is one.
    private static Map<String, String> twoLetters() {
        Map<String, String> result = new HashMap<>();
        for (String two : Locale.getISOLanguages()) {
            try {
                result.put(new Locale.Builder().setLanguage(two).build().getISO3Language(), two);
            } catch (MissingResourceException e) {
                result.remove(two);
            }
        }
        return Map.copyOf(result);
    }
}
