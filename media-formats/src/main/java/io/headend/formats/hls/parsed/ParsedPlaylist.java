package io.headend.formats.hls.parsed;

/** A playlist of either kind. */
public sealed interface ParsedPlaylist permits ParsedMultivariant, ParsedMedia {}
