package io.headend.drm;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Tracks and samples for tests. */
final class Tracks {

    private Tracks() {}

    static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }

    static Track video(Codec codec, ByteBuffer record, int width, int height) {
        return new Track(
                1,
                "video",
                VideoFormat.of(new CodecConfig(codec, codec.name(), record), width, height),
                Timebase.hz(90_000),
                null);
    }

    static Track aac() {
        CodecConfig config = new CodecConfig(Codec.AAC, "aac", hex("1190"));
        return new Track(2, "audio", AudioFormat.of(config, 48_000, 2), Timebase.hz(48_000), "en");
    }

    /** Of its own, to be encrypted. */
    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    static SampleInfo at(long dts) {
        return new SampleInfo(1, dts, dts, 1, true, SampleInfo.NO_ARRIVAL);
    }
}
