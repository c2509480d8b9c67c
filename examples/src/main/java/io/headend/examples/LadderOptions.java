package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what is encoded; shared by {@code vod} and {@code demo}. */
final class LadderOptions {

    private static final double FACTOR = 23;
    private static final Rational FALLBACK_RATE = Rational.of(30, 1);

    @Mixin
    EncodingOptions encoding = new EncodingOptions();

    @Option(names = "--fps", paramLabel = "RATE", description = "frames per second, such as 50 or 30000/1001")
    @Nullable
    String fps;

    @Option(
            names = "--gop",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "from one IDR picture to the next")
    double gopSeconds = 2;

    @Option(names = "--segment", paramLabel = "SECONDS", defaultValue = "2", description = "length of a segment")
    double segmentSeconds = 2;

    @Option(
            names = "--rungs",
            paramLabel = "WxH:RATE",
            split = ",",
            converter = RungConverter.class,
            description = "the ladder, such as 1280x720:3000k,640x360:900k (default: three rungs by the source)")
    List<Rung> rungs = new ArrayList<>();

    /** The least VMAF of a group of pictures, where another option says it. */
    double bandFloor;

    /** One rung as written: size and maximum rate in bit/s. */
    record Rung(PictureSize size, long maxrate) {}

    /** Reads {@code 1280x720:3000k}. */
    static final class RungConverter implements ITypeConverter<Rung> {
        @Override
        public Rung convert(String text) {
            if (!text.matches("\\d{1,5}x\\d{1,5}:\\d{1,9}[kM]?")) {
                throw new TypeConversionException("'" + text + "' is no rung; write WxH:RATE, such as 1280x720:3000k");
            }
            String[] parts = text.split("[x:]", -1);
            String rate = parts[2];
            long unit = rate.endsWith("k") ? 1_000 : rate.endsWith("M") ? 1_000_000 : 1;
            long value = Long.parseLong(unit == 1 ? rate : rate.substring(0, rate.length() - 1));
            return new Rung(
                    new PictureSize(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])),
                    Math.multiplyExact(value, unit));
        }
    }

    /** The ladder for a source with these tracks. */
    Ladder ladder(List<Track> tracks) {
        VideoFormat video = video(tracks);
        boolean sound = tracks.stream().anyMatch(track -> track.kind() == Codec.Kind.AUDIO);
        List<AudioRendition> audio = sound ? List.of(AudioRendition.standard()) : List.of();
        if (video == null) {
            return new Ladder(List.of(), audio);
        }
        if (rungs.isEmpty()) {
            Ladder standard = Ladder.standard(video.uprightSize())
                    .withSettings(own -> settings(own.rateControl().maxrate()));
            return new Ladder(standard.video(), audio);
        }
        List<Rendition> renditions = new ArrayList<>();
        for (Rung rung : rungs) {
            renditions.add(new Rendition("v" + rung.size().height(), rung.size(), settings(rung.maxrate())));
        }
        return new Ladder(renditions, audio);
    }

    private EncoderSettings settings(long maxrate) {
        return encoding.applied(
                EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(FACTOR, maxrate)), bandFloor);
    }

    /** The frame grid for a source with these tracks. */
    EpochGrid grid(List<Track> tracks) {
        VideoFormat video = video(tracks);
        Rational rate = fps != null
                ? rate(fps)
                : video == null || video.frameRate() == null ? FALLBACK_RATE : video.frameRate();
        return EpochGrid.nearest(rate, seconds(gopSeconds), seconds(segmentSeconds));
    }

    static Rational rate(String text) {
        try {
            Rational rate = Rational.parse(text);
            if (rate.num() >= 1 && rate.toDouble() <= 240) {
                return rate;
            }
        } catch (IllegalArgumentException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT, "'" + text + "' is no frame rate; write 50 or 30000/1001", e);
        }
        throw MediaException.invalidArgument("a frame rate is more than 0 and at most 240, not " + text);
    }

    private static @Nullable VideoFormat video(List<Track> tracks) {
        VideoFormat largest = null;
        for (Track track : tracks) {
            if (track.format() instanceof VideoFormat video
                    && (largest == null || video.width() * video.height() > largest.width() * largest.height())) {
                largest = video;
            }
        }
        return largest;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
