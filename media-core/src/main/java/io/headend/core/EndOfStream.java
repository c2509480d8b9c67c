package io.headend.core;

/** Nothing follows. */
public record EndOfStream() implements StreamItem {}
