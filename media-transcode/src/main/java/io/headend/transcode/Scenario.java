package io.headend.transcode;

/**
 * What a programme mostly shows, where the host knows it. Each moves what {@link #AUTO} does by what it sees, no more.
 * Limits of offsets act only where the target has a band.
 */
public enum Scenario {
    /** The pictures say. */
    AUTO,
    /** The finer motion search of the fast presets begins at four fifths of the motion. */
    SPORTS,
    /** As {@link #SPORTS}. */
    GAMING,
    /** The cheaper motion search of the fast presets stays up to one and a half times the motion; at most two steps coarser. */
    TALK_SHOW,
    /** As {@link #AUTO}: on the one drawn film that was measured no parameters did better than the general ones. */
    ANIMATION,
    /**
     * With or without grain, which is kept rather than scored: the presets from {@code fast} on keep their psychovisual decisions,
     * and no bits are spent on a floor of SSIM.
     */
    FILM,
    /** Text and windows of a computer: never coarser than the base quality, whatever ceilings say. */
    SCREEN
}
