package io.headend.packaging;

import io.headend.core.Timestamp;
import io.headend.formats.hls.DateRange;
import io.headend.formats.hls.MediaSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code EXT-X-DATERANGE} (RFC 8216bis, 4.4.5.1.1) and the tags of ad servers for the splices of a snapshot. */
final class HlsCues {

    private final List<Splice> splices;

    HlsCues(Presentation presentation) {
        this.splices = Splice.of(presentation.cues());
    }

    /** One for each message; the end of a break repeats what its beginning said. */
    List<DateRange> dateRanges() {
        List<DateRange> ranges = new ArrayList<>();
        for (Splice splice : splices) {
            String id = "splice-" + splice.eventId();
            switch (splice.kind()) {
                case OUT ->
                    ranges.add(range(id, splice.at(), null, splice.length(), Map.of("SCTE35-OUT", splice.hex())));
                case IN -> ranges.add(end(id, splice));
                case COMMAND ->
                    ranges.add(range(
                            id + "-" + splice.at().toNanos() / 1_000_000,
                            splice.at(),
                            null,
                            splice.length(),
                            Map.of("SCTE35-CMD", splice.hex())));
            }
        }
        return ranges;
    }

    private DateRange end(String id, Splice in) {
        Map<String, String> message = Map.of("SCTE35-IN", in.hex());
        Splice out = null;
        for (Splice candidate : splices) {
            if (candidate.kind() == Splice.Kind.OUT
                    && candidate.eventId() == in.eventId()
                    && candidate.at().compareTo(in.at()) < 0) {
                out = candidate;
            }
        }
        if (out == null) {
            return range(id + "-in", in.at(), null, null, message);
        }
        Duration length = HlsWriter.duration(in.at()).minus(HlsWriter.duration(out.at()));
        return range(id, out.at(), length, null, message);
    }

    private static DateRange range(
            String id,
            Timestamp start,
            @Nullable Duration duration,
            @Nullable Timestamp planned,
            Map<String, String> message) {
        return new DateRange(
                id, null, start.toInstant(), duration, planned == null ? null : HlsWriter.duration(planned), message);
    }

    /** Marks a segment that is the first to begin at or after a splice. */
    void mark(MediaSegment.Builder segment, @Nullable Timestamp before, Timestamp start) {
        for (Splice splice : splices) {
            boolean here = splice.at().compareTo(start) <= 0
                    && before != null
                    && splice.at().compareTo(before) > 0;
            if (here && splice.kind() == Splice.Kind.OUT) {
                Timestamp length = splice.length();
                segment.cueOut(length == null ? null : HlsWriter.duration(length));
            } else if (here && splice.kind() == Splice.Kind.IN) {
                segment.cueIn();
            }
        }
    }
}
