package io.headend.core;

/**
 * The source's clock or content breaks here; times on the stream go on without a step.
 *
 * @param cause why
 * @param at time on the stream of the first sample after the break, of all tracks of the program
 * @param step by how much the source's own clock moved against the stream's, forward positive
 */
public record Discontinuity(Cause cause, Timestamp at, Timestamp step) implements StreamItem {

    /** Why a stream breaks. */
    public enum Cause {
        /** The source's clock jumped without saying so. */
        CLOCK_JUMP,
        /** The source said that its clock changes. */
        SIGNALLED,
        /** The source was reconnected or its encoder restarted. */
        RESTART,
        /** Samples were lost. */
        LOSS,
        /** The channel switched to another input. */
        SWITCH
    }
}
