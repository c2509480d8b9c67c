package io.headend.formats.dash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code AdaptationSet} of aligned segments that begin with a sync sample (ISO/IEC 23009-1, 5.3.3).
 *
 * @param contentType {@code video}, {@code audio}, {@code text} or {@code image}
 * @param language BCP 47 tag or {@code null}
 * @param template of all representations, or {@code null} where each has its own
 */
public record AdaptationSet(
        int id,
        String contentType,
        @Nullable String language,
        Descriptors descriptors,
        @Nullable SegmentTemplate template,
        List<Representation> representations) {

    /**
     * What is said of the whole set.
     *
     * @param labels for people
     * @param inbandEvents schemes of the {@code emsg} boxes in its segments
     * @param timing how media time and wall clock belong together, or {@code null}
     */
    public record Descriptors(
            List<Protection> protection,
            List<Descriptor> others,
            List<String> labels,
            List<Descriptor> inbandEvents,
            @Nullable Timing timing) {
        public static final Descriptors NONE = new Descriptors(List.of(), List.of());

        public Descriptors {
            protection = List.copyOf(protection);
            others = List.copyOf(others);
            labels = List.copyOf(labels);
            inbandEvents = List.copyOf(inbandEvents);
        }

        public Descriptors(List<Protection> protection, List<Descriptor> others) {
            this(protection, others, List.of(), List.of(), null);
        }
    }

    /**
     * {@code ProducerReferenceTime} (5.12) and {@code Resync} (5.3.12) of a set that is sent in chunks.
     *
     * @param wallClock an instant, as {@code xs:dateTime}
     * @param presentationTime media time captured at that instant, in ticks
     * @param inband whether the chunks carry {@code prft}
     * @param chunkTicks longest distance of two chunks
     * @param utc clock that the wall clock was read from
     */
    public record Timing(String wallClock, long presentationTime, boolean inband, long chunkTicks, Descriptor utc) {}

    public AdaptationSet {
        representations = List.copyOf(representations);
    }
}
