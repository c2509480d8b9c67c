package io.headend.formats.amf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Big-endian bytes that grow. */
final class AmfOutput {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    AmfOutput u8(int value) {
        out.write(value);
        return this;
    }

    AmfOutput u16(int value) {
        return u8(value >> 8).u8(value);
    }

    AmfOutput u32(int value) {
        return u16(value >> 16).u16(value);
    }

    AmfOutput f64(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return u32((int) (bits >> 32)).u32((int) bits);
    }

    AmfOutput bytes(byte[] value) {
        out.writeBytes(value);
        return this;
    }

    ByteBuffer toBytes() {
        return ByteBuffer.wrap(out.toByteArray());
    }
}
