package io.headend.formats.dash;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code Period} (ISO/IEC 23009-1, 5.3.2).
 *
 * @param start from the availability start time, or from the beginning of static content
 * @param duration or {@code null} where it is open or follows from the next period
 */
public record Period(String id, Duration start, @Nullable Duration duration, List<AdaptationSet> adaptationSets) {

    public Period {
        adaptationSets = List.copyOf(adaptationSets);
    }
}
