package io.headend.live;

/** Where a channel is in its life. */
public enum ChannelState {
    /** Built, not started. */
    IDLE,
    /** Opening its source or encoding its first segment. */
    STARTING,
    /** At least one segment is listed. */
    RUNNING,
    /** Its source failed and is being opened again; meanwhile it shows the last picture, then black, with silence. */
    RECOVERING,
    /** Being closed. */
    STOPPING,
    /** Closed, or its source has ended. */
    STOPPED,
    /** Ended by an error, which {@link LiveChannel#failure()} tells. */
    FAILED;

    /** Whether nothing comes after it. */
    public boolean isFinal() {
        return this == STOPPED || this == FAILED;
    }
}
