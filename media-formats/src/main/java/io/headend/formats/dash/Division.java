package io.headend.formats.dash;

/** How media time is divided into the segments of a template: by a timeline, or evenly. */
public sealed interface Division permits SegmentTimeline, Division.Even {

    /**
     * {@code SegmentTemplate@duration}.
     *
     * @param ticks length of every segment, up to half of which a real one may begin earlier or later
     */
    record Even(long ticks) implements Division {
        public Even {
            if (ticks < 1) {
                throw new IllegalArgumentException("segments cannot last " + ticks + " ticks");
            }
        }
    }
}
