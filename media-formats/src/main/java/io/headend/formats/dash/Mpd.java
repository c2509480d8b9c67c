package io.headend.formats.dash;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code MPD} (ISO/IEC 23009-1, 5.3.1).
 *
 * @param type static or dynamic with what goes with it
 * @param minBufferTime common duration for the definition of bandwidth
 * @param profiles URNs
 * @param service what helps clients to play live
 */
public record Mpd(Type type, Duration minBufferTime, List<String> profiles, List<Period> periods, Service service) {

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

    /**
     * What helps clients to play live.
     *
     * @param id of the MPD, needed for patches, empty to leave it out
     * @param patch where changes since this MPD are told, or {@code null}
     * @param latency or {@code null}
     * @param utcTiming how clients learn the time, best first
     */
    public record Service(
            String id,
            @Nullable PatchLocation patch,
            @Nullable Latency latency,
            List<Descriptor> utcTiming) {
        public static final Service NONE = new Service("", null, null, List.of());

        public Service {
            utcTiming = List.copyOf(utcTiming);
        }
    }

    /**
     * {@code PatchLocation} (5.15).
     *
     * @param ttl how long after the publish time a patch can be had
     */
    public record PatchLocation(String uri, Duration ttl) {}

    /**
     * {@code ServiceDescription} (annex K) of a live service.
     *
     * @param target latency to play at
     * @param min least latency
     * @param max latency beyond which to jump
     * @param slowest playback rate in thousandths, to come back to the target
     * @param fastest playback rate in thousandths
     */
    public record Latency(Duration target, Duration min, Duration max, int slowest, int fastest) {}

    public Mpd {
        profiles = List.copyOf(profiles);
        periods = List.copyOf(periods);
    }

    /** The document as text in UTF-8. */
    public String toXml() {
        return new MpdWriter().write(this);
    }
}
