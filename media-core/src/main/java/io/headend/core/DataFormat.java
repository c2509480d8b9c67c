package io.headend.core;

/** Timed data that is neither picture, sound nor text, such as SCTE-35 sections. */
public record DataFormat(CodecConfig codec) implements TrackFormat {

    @Override
    public DataFormat withCodec(CodecConfig newCodec) {
        return new DataFormat(newCodec);
    }
}
