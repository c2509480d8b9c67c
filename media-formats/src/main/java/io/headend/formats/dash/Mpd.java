package io.headend.formats.dash;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * {@code MPD} (ISO/IEC 23009-1, 5.3.1).
 *
 * @param type static or dynamic with what goes with it
 * @param minBufferTime common duration for the definition of bandwidth
 * @param profiles URNs
 * @param utcTiming how clients learn the time, best first
 */
public record Mpd(
        Type type, Duration minBufferTime, List<String> profiles, List<Period> periods, List<Descriptor> utcTiming) {

    /** Whether the presentation grows. */
    public sealed interface Type {}

    /** Everything is there. */
    public record Static(Duration mediaPresentationDuration) implements Type {}

    /**
     * Segments come into being.
     *
     * @param availabilityStartTime anchor of the timeline
     * @param publishTime when this MPD was made
     * @param minimumUpdatePeriod how often to ask for a newer one
     * @param timeShiftBufferDepth how long segments stay
     * @param suggestedPresentationDelay how far behind the live edge to play
     */
    public record Dynamic(
            Instant availabilityStartTime,
            Instant publishTime,
            Duration minimumUpdatePeriod,
            Duration timeShiftBufferDepth,
            Duration suggestedPresentationDelay)
            implements Type {}

    public Mpd {
        profiles = List.copyOf(profiles);
        periods = List.copyOf(periods);
        utcTiming = List.copyOf(utcTiming);
    }

    /** The document as text in UTF-8. */
    public String toXml() {
        return new MpdWriter().write(this);
    }
}
