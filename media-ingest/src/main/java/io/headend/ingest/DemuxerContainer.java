package io.headend.ingest;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.core.Sample;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.DemuxerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container read with FFmpeg. */
final class DemuxerContainer implements Container {

    // FFmpeg's own repair breaks the timeline on the second lap of the clock.
    private static final Map<String, String> ALWAYS = Map.of("correct_ts_overflow", "0");
    private static final Duration LIVE_ANALYSIS = Duration.ofSeconds(2);

    private final Demuxer demuxer;
    private final InputSpec spec;
    private boolean begun;

    private DemuxerContainer(Demuxer demuxer, InputSpec spec) {
        this.demuxer = demuxer;
        this.spec = spec;
    }

    static DemuxerContainer open(InputSpec spec, Waiting waiting) {
        if (spec instanceof FileInput file) {
            check(file.file());
        }
        DemuxerBuilder builder = Demuxer.builder(address(spec))
                .openTimeout(waiting.open())
                .readTimeout(waiting.read())
                .stopWhen(waiting.stop())
                .arrival(waiting.arrival());
        if (!waiting.total().isZero()) {
            builder.totalTimeout(waiting.total());
        }
        ALWAYS.forEach(builder::option);
        if (spec instanceof LiveInput live) {
            builder.analyze(LIVE_ANALYSIS);
            protocolOptions(live.scheme()).forEach(builder::option);
            live.options().forEach(builder::option);
        }
        if (spec instanceof HttpInput http) {
            protocolOptions(http.uri().getScheme().toLowerCase(Locale.ROOT)).forEach(builder::option);
        }
        if (spec instanceof Rtsp rtsp) {
            builder.analyze(LIVE_ANALYSIS)
                    .option("rtsp_transport", rtsp.transport().name().toLowerCase(Locale.ROOT))
                    .option("timeout", Long.toString(waiting.read().toNanos() / 1_000));
        }
        return new DemuxerContainer(builder.open(), spec);
    }

    // "file:" keeps FFmpeg from reading a scheme into a name such as "take:2.mp4".
    private static String address(InputSpec spec) {
        return spec instanceof FileInput ? "file:" + spec.url() : spec.url();
    }

    private static Map<String, String> protocolOptions(String scheme) {
        return switch (scheme) {
            case "http", "https" ->
                Map.of(
                        "reconnect", "1",
                        "reconnect_on_network_error", "1",
                        "reconnect_on_http_error", "429,5xx",
                        "reconnect_delay_max", "4");
            case "udp" -> Map.of("overrun_nonfatal", "1", "fifo_size", "65536");
            default -> Map.of();
        };
    }

    private static void check(Path file) {
        if (!Files.exists(file)) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no file " + file);
        }
        if (Files.isDirectory(file)) {
            throw MediaException.invalidArgument(file + " is a directory; give a file in it");
        }
        if (!Files.isReadable(file)) {
            throw new MediaException(MediaErrorCode.ACCESS_DENIED, "the rights of " + file + " do not let it be read");
        }
        try {
            if (Files.isRegularFile(file) && Files.size(file) == 0) {
                throw MediaException.malformed(file + " is empty");
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String formatName() {
        return demuxer.formatName();
    }

    @Override
    public @Nullable Timestamp duration() {
        return demuxer.duration();
    }

    @Override
    public List<Track> tracks() {
        return demuxer.tracks();
    }

    @Override
    public @Nullable Sample read() {
        try {
            Sample sample = demuxer.read();
            begun = true;
            return sample;
        } catch (MediaException e) {
            // FFmpeg reads the index to the end, and then cannot go back to the media.
            boolean behind = !begun && spec instanceof HttpInput && formatName().contains("mp4");
            if (behind && e.code() == MediaErrorCode.IO) {
                throw new MediaException(
                        MediaErrorCode.UNSUPPORTED,
                        "cannot read " + RedactedUrl.of(spec.url())
                                + ": its index is at the end and the server gives no byte ranges;"
                                + " let the server give ranges, or move the index to the beginning (faststart)",
                        e);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        demuxer.close();
    }
}
