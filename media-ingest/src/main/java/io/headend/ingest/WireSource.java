package io.headend.ingest;

import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reader of one protocol or container, before {@link Ingest}: it gives items with the times and in the form of the wire.
 *
 * <p>Times count in the {@link #clock} of the source and may wrap and jump; {@link Ingest} makes them continuous. Where the
 * source itself says that its clock changes, it gives a {@link io.headend.core.Discontinuity}. Tracks are announced before
 * their samples, and again when the wire describes them differently; AVC, HEVC and AAC may have any framing of theirs.
 *
 * <p><b>Threading:</b> as {@link StreamSource} says. {@code clock}, {@code format} and {@code duration} hold from the first item on,
 * asked by the thread that runs the source.
 */
public interface WireSource extends StreamSource, InputCounters {

    /** The clock that stamps the samples. */
    SourceClock clock();

    /** What it reads, such as {@code mpegts} or {@code hls}. */
    String format();

    /** Length as the source says it, or {@code null}. */
    default @Nullable Timestamp duration() {
        return null;
    }

    @Override
    default Map<String, Long> counters() {
        return Map.of();
    }
}
