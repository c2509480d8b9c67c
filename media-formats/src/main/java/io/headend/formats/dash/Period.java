package io.headend.formats.dash;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code Period} (ISO/IEC 23009-1, 5.3.2).
 *
 * @param start from the availability start time, or from the beginning of static content
 * @param duration or {@code null} where it is open or follows from the next period
 * @param events what is told to the application
 */
public record Period(
        String id,
        Duration start,
        @Nullable Duration duration,
        List<EventStream> events,
        List<AdaptationSet> adaptationSets) {

    public Period {
        events = List.copyOf(events);
        adaptationSets = List.copyOf(adaptationSets);
    }

    /** A period without events. */
    public Period(String id, Duration start, @Nullable Duration duration, List<AdaptationSet> adaptationSets) {
        this(id, start, duration, List.of(), adaptationSets);
    }
}
