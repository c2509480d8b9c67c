package io.headend.examples;

import io.headend.core.EpochGrid;
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
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what is encoded; shared by {@code vod} and {@code demo}. */
final class LadderOptions {

    private static final Rational FALLBACK_RATE = Rational.of(30, 1);

    @Option(names = "--preset", defaultValue = "veryfast", description = "x264 preset (default: ${DEFAULT-VALUE})")
    String preset = "veryfast";

    @Option(
            names = "--crf",
            defaultValue = "23",
            description = "x264 quality, lower is better (default: ${DEFAULT-VALUE})")
    double crf = 23;

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
        boolean sound = tracks.stream().anyMatch(track -> track.kind() == io.headend.core.Codec.Kind.AUDIO);
        List<AudioRendition> audio = sound ? List.of(AudioRendition.standard()) : List.of();
        if (video == null) {
            return new Ladder(List.of(), audio);
        }
        if (rungs.isEmpty()) {
            Ladder standard = Ladder.standard(video.uprightSize(), preset)
                    .withSettings(settings -> settings.withRateControl(withCrf(settings.rateControl())));
            return new Ladder(standard.video(), audio);
        }
        List<Rendition> renditions = new ArrayList<>();
        for (Rung rung : rungs) {
            renditions.add(new Rendition(
                    "v" + rung.size().height(),
                    rung.size(),
                    EncoderSettings.x264(preset, RateControl.CappedQuality.of(crf, rung.maxrate()))));
        }
        return new Ladder(renditions, audio);
    }

    private RateControl withCrf(RateControl cap) {
        return new RateControl.CappedQuality(crf, cap.maxrate(), cap.bufferBits());
    }

    /** The frame grid for a source with these tracks. */
    EpochGrid grid(List<Track> tracks) {
        VideoFormat video = video(tracks);
        Rational rate = video == null || video.frameRate() == null ? FALLBACK_RATE : video.frameRate();
        return EpochGrid.nearest(rate, seconds(gopSeconds), seconds(segmentSeconds));
    }

    private static @org.jspecify.annotations.Nullable VideoFormat video(List<Track> tracks) {
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
