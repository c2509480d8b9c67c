package io.headend.core;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A sample whose bytes live in ordinary Java memory; closing it releases nothing but forbids further reading. */
public final class HeapSample implements Sample {

    private final SampleInfo info;
    private @Nullable ByteBuffer data;

    private HeapSample(SampleInfo info, ByteBuffer data) {
        this.info = info;
        this.data = data;
    }

    /**
     * Wraps without copying.
     *
     * @param data payload from position to limit; the caller must not change the bytes afterwards
     */
    public static HeapSample of(SampleInfo info, ByteBuffer data) {
        return new HeapSample(info, data.slice().asReadOnlyBuffer());
    }

    @Override
    public SampleInfo info() {
        return info;
    }

    @Override
    public ByteBuffer data() {
        return open().duplicate();
    }

    @Override
    public int size() {
        return open().limit();
    }

    @Override
    public HeapSample with(SampleInfo newInfo) {
        return new HeapSample(newInfo, open());
    }

    @Override
    public void close() {
        data = null;
    }

    private ByteBuffer open() {
        ByteBuffer bytes = data;
        if (bytes == null) {
            throw new IllegalStateException("sample is closed: " + info);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return "HeapSample[" + info + "]";
    }
}
