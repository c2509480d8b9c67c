package io.headend.core;

/** Timed text. */
public record TextFormat(CodecConfig codec) implements TrackFormat {

    @Override
    public TextFormat withCodec(CodecConfig newCodec) {
        return new TextFormat(newCodec);
    }
}
