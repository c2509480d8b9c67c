package io.headend.core;

/** Announces a track, or the new format of one that is already known. */
public record TrackInfo(Track track) implements StreamItem {}
