package io.headend.core;

/** What a track is for, where it is not for everybody. */
public enum TrackRole {
    /** Text that is shown whatever is chosen: what a foreign voice says, a sign. */
    FORCED,
    /** Text for people who do not hear: it tells who speaks, and what sounds. */
    HARD_OF_HEARING,
    /** Sound for people who do not see: it tells what happens. */
    AUDIO_DESCRIPTION,
    /** Pictures to wind through: key pictures alone, each shown until the next. */
    TRICK_PLAY
}
