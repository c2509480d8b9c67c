package io.headend.transcode;

/** What a programme mostly shows, where the host knows it; {@link #AUTO} lets the pictures say. */
public enum Scenario {
    AUTO,
    SPORTS,
    GAMING,
    TALK_SHOW,
    ANIMATION,
    /** Film, with or without grain; grain is kept rather than scored. */
    FILM,
    /** Text and windows of a computer. */
    SCREEN
}
