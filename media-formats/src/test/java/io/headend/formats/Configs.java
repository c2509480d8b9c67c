package io.headend.formats;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Configuration records for tests. */
public final class Configs {

    private Configs() {}

    public static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }

    public static CodecConfig of(Codec codec, String hex) {
        return new CodecConfig(codec, codec.name(), hex(hex));
    }

    public static CodecConfig avc() {
        return of(Codec.AVC, "0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0");
    }

    public static CodecConfig hevc() {
        return of(Codec.HEVC, "0102200000009000000000005df000fcfdf8f800000f00");
    }
}
