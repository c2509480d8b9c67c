package io.headend.transcode;

/**
 * How much work a transcoder that must keep up with a clock allows itself, in the order in which it gives work up. Each level
 * includes what the ones before it left out; it goes back the same way.
 */
public enum ComputeLevel {
    /** Everything that the settings ask for. */
    FULL,
    /** A rate control that looks at the content measures less: coarser probes, fewer samples. */
    LESS_ANALYSIS,
    /** A rate control that looks at the content does not measure; it keeps what it knows. */
    NO_ANALYSIS,
    /** Groups of pictures that begin now are encoded with the next faster preset, where headers allow it. */
    FASTER_PRESET,
    /** They are encoded with the fastest preset that headers allow. */
    FASTEST_PRESET,
    /** The best rendition shows every second picture twice. */
    HALF_RATE,
    /** Every rendition shows every fourth picture four times. */
    QUARTER_RATE;

    /** Whether this level gives up at least what {@code other} gives up. */
    public boolean isAtLeast(ComputeLevel other) {
        return compareTo(other) >= 0;
    }
}
