package io.headend.core;

/** How the samples of a track are coded. */
public sealed interface TrackFormat permits VideoFormat, AudioFormat, TextFormat, DataFormat {

    CodecConfig codec();

    /** The same format with another decoder configuration. */
    TrackFormat withCodec(CodecConfig codec);
}
