package io.headend.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A few samples of a real encoder, and where the coded data of each frame begins in each of them, as FFmpeg's trace_headers reads it.
 *
 * @param samples in decoding order
 * @param starts of each sample
 */
public record IvfClip(List<ByteBuffer> samples, List<List<Integer>> starts) {

    private static final int FILE_HEADER = 32;
    private static final int FRAME_HEADER = 12;

    /** Reads {@code name.ivf} and {@code name.txt} beside a class. */
    public static IvfClip read(Class<?> beside, String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes(beside, name + ".ivf")).order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> samples = new ArrayList<>();
        for (int at = FILE_HEADER; at < in.limit(); ) {
            int size = in.getInt(at);
            samples.add(in.slice(at + FRAME_HEADER, size));
            at += FRAME_HEADER + size;
        }
        List<List<Integer>> starts = new String(bytes(beside, name + ".txt"), StandardCharsets.US_ASCII)
                .lines()
                .map(line -> Arrays.stream(line.split(" "))
                        .filter(word -> !word.isEmpty())
                        .map(Integer::valueOf)
                        .toList())
                .toList();
        return new IvfClip(samples, starts);
    }

    private static byte[] bytes(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
