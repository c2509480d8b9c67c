package io.headend.transcode;

/** What a group of pictures looks like to a rate control that adapts. */
public enum ContentClass {
    /** Nothing is known: the group was not looked at. */
    UNKNOWN,
    /** Nearly black; scores mean little there. */
    DARK,
    /** Little changes from picture to picture, as with a person who talks. */
    STILL,
    /** Flat areas with sharp edges: text, windows, drawings. */
    SCREEN,
    /** What changes cannot be predicted: water, leaves, crowds, grain. */
    RESTLESS,
    /** None of these. */
    ORDINARY
}
