package io.headend.ingest;

import java.time.Duration;

/** What can be wrong with an input, with the rule that is used unless another is set. */
public enum InputProblem {
    /** No picture, or no sound where there are no pictures, for the hold time. */
    STALL(0, Duration.ofSeconds(1)),
    /** Packets that were lost and not repaired: as many as the threshold within the hold time. */
    LOSS(10, Duration.ofSeconds(1)),
    /** Fewer bits a second than the threshold, over the hold time; 0 is never. */
    LOW_BITRATE(0, Duration.ofSeconds(2)),
    /** Errors of the continuity counter and marked packets: as many as the threshold within the hold time. */
    CONTINUITY(10, Duration.ofSeconds(1)),
    /** Samples that could not be read or decoded: as many as the threshold within the hold time. */
    DECODE(5, Duration.ofSeconds(1)),
    /** Pictures of which 98 % are no brighter than the threshold, 0 to 255 of 8-bit luma, for the hold time. */
    BLACK(32, Duration.ofSeconds(5)),
    /** Sound no louder than the threshold in dBFS (root mean square) for the hold time. */
    SILENCE(-60, Duration.ofSeconds(5)),
    /** Pictures that differ from the one before by no more than the threshold, mean of 8-bit luma, for the hold time. */
    FREEZE(0.3, Duration.ofSeconds(5));

    private final double threshold;
    private final Duration hold;

    InputProblem(double threshold, Duration hold) {
        this.threshold = threshold;
        this.hold = hold;
    }

    /** The rule that is used unless another is set. */
    public HealthRule standard() {
        return new HealthRule(threshold, hold);
    }
}
