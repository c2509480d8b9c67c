package io.headend.formats.dash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code AdaptationSet} of aligned segments that begin with a sync sample (ISO/IEC 23009-1, 5.3.3).
 *
 * @param contentType {@code video}, {@code audio} or {@code text}
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

    /** What is said of the whole set. */
    public record Descriptors(List<Protection> protection, List<Descriptor> others) {
        public static final Descriptors NONE = new Descriptors(List.of(), List.of());

        public Descriptors {
            protection = List.copyOf(protection);
            others = List.copyOf(others);
        }
    }

    public AdaptationSet {
        representations = List.copyOf(representations);
    }
}
