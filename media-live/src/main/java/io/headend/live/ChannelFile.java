package io.headend.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.Processing;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A channel as a JSON file describes it; everything but {@code name} and {@code input} may be left out.
 *
 * <pre>{@code
 * {"name": "news", "input": "clip.mp4", "loop": true, "frameRate": "25", "gop": 2, "segment": 2, "window": 30, "lowLatency": 0.2, "splices": true, "ts": true, "subtitles": "en",
 *  "video": [{"name": "v540", "width": 960, "height": 540, "preset": "veryfast", "crf": 23, "maxrate": 2300000}],
 *  "audio": [{"name": "audio", "sampleRate": 48000, "channels": 2, "bitrate": 128000}]}
 * }</pre>
 *
 * <p>A rung takes {@code "codec"} ({@code avc}, {@code hevc}, {@code av1}) and {@code "bitDepth"} (8 or 10) too, and
 *
 * <pre>{@code
 * "rateControl": {"kind": "adaptive", "vmaf": {"floor": 88, "ceiling": 95}, "ssim": {"floor": 0.95}, "pooling": "p10",
 *                 "scenario": "sports", "latency": "low", "seconds": 2}
 * }</pre>
 *
 * <p>whose kinds are {@code capped} (a constant rate factor under {@code maxrate}, as without it), {@code adaptive}, {@code vbr} and {@code cbr}
 * (the latter two with {@code "bitrate"}); {@code seconds} is the decoder's buffer at the maximum rate. What is done before encoding:
 *
 * <pre>{@code
 * "deinterlace": "fields", "loudness": -23,
 * "logo": {"image": "logo.png", "corner": "top_right", "width": 0.125, "margin": 0.05, "opacity": 0.8},
 * "snapshots": {"folder": "snapshots", "every": 10, "height": 360, "quality": 80, "keep": 100}
 * }</pre>
 *
 * <p>With {@code ts} the segments are there as transport streams, too. With {@code splices} segment boundaries move to SCTE-35 splices. {@code lowLatency} is the length of the parts in which segments are shown while they are written.
 *
 * @param spec the channel
 * @param input its source, as {@code InputSpec.parse} takes it
 * @param loop whether a recording begins again at its end
 * @param processing what is done to pictures and sound
 */
public record ChannelFile(ChannelSpec spec, String input, boolean loop, Processing processing) {

    private static final long MOST_BYTES = 1L << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    record Video(
            String name,
            int width,
            int height,
            @Nullable String codec,
            @Nullable Integer bitDepth,
            @Nullable String preset,
            @Nullable Double crf,
            @Nullable Long maxrate,
            @Nullable Control rateControl) {}

    record Control(
            @Nullable String kind,
            @Nullable Long bitrate,
            @Nullable Double seconds,
            @Nullable Band vmaf,
            @Nullable Band ssim,
            @Nullable String pooling,
            @Nullable String scenario,
            @Nullable String latency) {}

    record Band(@Nullable Double floor, @Nullable Double ceiling) {}

    record Logo(
            @Nullable String image,
            @Nullable String corner,
            @Nullable Double width,
            @Nullable Double margin,
            @Nullable Double opacity) {}

    record Stills(
            @Nullable String folder,
            @Nullable Double every,
            @Nullable Integer height,
            @Nullable Integer quality,
            @Nullable Integer keep) {}

    record Audio(
            String name,
            @Nullable Integer sampleRate,
            @Nullable Integer channels,
            @Nullable Integer bitrate) {}

    record Description(
            @Nullable String name,
            @Nullable String input,
            boolean loop,
            @Nullable String frameRate,
            @Nullable Double gop,
            @Nullable Double segment,
            @Nullable Double window,
            @Nullable Double lowLatency,
            boolean splices,
            boolean ts,
            @Nullable String subtitles,
            @Nullable String deinterlace,
            @Nullable Double loudness,
            @Nullable Logo logo,
            @Nullable Stills snapshots,
            @Nullable List<Video> video,
            @Nullable List<Audio> audio) {}

    /**
     * @throws MediaException {@code NOT_FOUND}, {@code IO}; {@code MALFORMED} if it is not such JSON; {@code INVALID_ARGUMENT}
     *     if a value is out of range
     */
    public static ChannelFile read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw MediaException.malformed(file + " is larger than a channel file can be");
            }
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws MediaException {@code MALFORMED} if the text is not such JSON, {@code INVALID_ARGUMENT} if a value is out of
     *     range
     */
    public static ChannelFile parse(String json) {
        try {
            Description description = MAPPER.readValue(json, Description.class);
            if (description == null || description.name == null || description.input == null) {
                throw MediaException.malformed("a channel file needs \"name\" and \"input\"");
            }
            return of(description, description.name, description.input);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw new MediaException(
                    MediaErrorCode.MALFORMED, "not a channel file" + where + ": " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument("channel file: " + e.getMessage());
        }
    }

    private static ChannelFile of(Description said, String name, String input) {
        ChannelSpec plain = ChannelSpec.of(name);
        Duration segment = seconds(said.segment, plain.segment());
        ChannelSpec spec = new ChannelSpec(
                name,
                said.frameRate == null ? null : Rational.parse(said.frameRate),
                seconds(said.gop, segment.compareTo(plain.gop()) < 0 ? segment : plain.gop()),
                segment,
                ladder(said),
                new ChannelSpec.Listing(
                        seconds(said.window, plain.window()),
                        seconds(said.lowLatency, Duration.ZERO),
                        said.splices,
                        said.ts,
                        said.subtitles));
        return new ChannelFile(spec, input, said.loop, ProcessingFields.of(said));
    }

    private static Duration seconds(@Nullable Double said, Duration otherwise) {
        if (said == null) {
            return otherwise;
        }
        if (!(said >= 0 && said <= 1e6)) {
            throw new IllegalArgumentException(said + " is no number of seconds");
        }
        return Duration.ofMillis(Math.round(said * 1000));
    }

    private static @Nullable Ladder ladder(Description said) {
        if (said.video == null) {
            return null;
        }
        List<Rendition> video = said.video.stream().map(ChannelFile::rendition).toList();
        List<AudioRendition> audio = said.audio == null
                ? List.of(AudioRendition.standard())
                : said.audio.stream().map(ChannelFile::sound).toList();
        return new Ladder(video, audio);
    }

    private static Rendition rendition(Video said) {
        PictureSize size = new PictureSize(said.width, said.height);
        long maxrate = said.maxrate == null ? 4L * said.width * said.height : said.maxrate;
        Codec codec = said.codec == null ? Codec.AVC : ProcessingFields.word(Codec.class, "codec", said.codec);
        double crf = said.crf != null ? said.crf : codec == Codec.AV1 ? 35 : codec == Codec.HEVC ? 25 : 23;
        RateControl rate = RateControlFields.of(said.rateControl, crf, maxrate);
        String preset = said.preset != null ? said.preset : codec == Codec.AV1 ? "10" : "veryfast";
        String pixelFormat = EncoderSettings.pixelFormat(said.bitDepth == null ? 8 : said.bitDepth);
        return new Rendition(said.name, size, new EncoderSettings(codec, preset, rate, pixelFormat, 0, Map.of()));
    }

    private static AudioRendition sound(Audio said) {
        AudioRendition plain = AudioRendition.standard();
        return new AudioRendition(
                said.name,
                said.sampleRate == null ? plain.sampleRate() : said.sampleRate,
                said.channels == null ? plain.channels() : said.channels,
                said.bitrate == null ? plain.bitrate() : said.bitrate);
    }
}
