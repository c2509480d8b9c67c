package io.headend.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Bytes in bad weather. The same bytes, weather and seed always suffer the same faults. Immutable; each {@link #open} starts
 * again at the first byte.
 */
public final class FaultyInput {

    private static final int BLOCK = 188;

    private final byte[] bytes;
    private final Weather weather;
    private final long seed;
    private final Duration stall;

    private FaultyInput(byte[] bytes, Weather weather, long seed, Duration stall) {
        this.bytes = bytes;
        this.weather = weather;
        this.seed = seed;
        this.stall = stall;
    }

    /** Bytes that are not changed afterwards. */
    public static FaultyInput of(byte[] bytes, Weather weather, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] damaged = switch (weather) {
            case TRUNCATION -> Arrays.copyOf(bytes, later(bytes.length, random));
            case BIT_FLIPS -> flip(bytes, random);
            case LOSS -> blocks(bytes, random, false);
            case REORDER -> blocks(bytes, random, true);
            default -> bytes;
        };
        return new FaultyInput(damaged, weather, seed, Duration.ofMillis(2));
    }

    /** A whole file, read into memory. */
    public static FaultyInput of(Path file, Weather weather, long seed) throws IOException {
        return of(Files.readAllBytes(file), weather, seed);
    }

    /** The same bytes in each {@link Weather}: the nine weathers of one input. */
    public static Stream<FaultyInput> nineWeathers(byte[] bytes, long seed) {
        return EnumSet.allOf(Weather.class).stream().map(weather -> of(bytes, weather, seed));
    }

    /** How long a stalling read waits; 2 ms unless said otherwise. */
    public FaultyInput withStall(Duration newStall) {
        return new FaultyInput(bytes, weather, seed, newStall);
    }

    public Weather weather() {
        return weather;
    }

    /** The bytes as a reader finds them, apart from what befalls the reading itself. */
    public InputStream content() {
        return new ByteArrayInputStream(bytes);
    }

    /** Bytes that a reader finds; a reset comes earlier. */
    public int size() {
        return bytes.length;
    }

    /** A read-only channel at the first byte. Closing it ends a read that stalls. */
    public SeekableByteChannel open() {
        SplittableRandom random = new SplittableRandom(seed);
        long reset = weather == Weather.RESET ? later(bytes.length, random) : Long.MAX_VALUE;
        return new FaultyChannel(bytes, weather, random, reset, stall.toNanos());
    }

    /** A stream at the first byte. */
    public InputStream openStream() {
        return Channels.newInputStream(open());
    }

    private static int later(int length, SplittableRandom random) {
        int tenth = length / 10;
        return tenth + (length > tenth ? random.nextInt(length - tenth) : 0);
    }

    private static byte[] flip(byte[] bytes, SplittableRandom random) {
        byte[] out = bytes.clone();
        int flips = Math.min(out.length, 1 + out.length / 4096);
        for (int i = 0; i < flips; i++) {
            out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return out;
    }

    private static byte[] blocks(byte[] bytes, SplittableRandom random, boolean swap) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        int count = (bytes.length + BLOCK - 1) / BLOCK;
        int sure = count > 0 ? random.nextInt(Math.max(1, count - 1)) : 0;
        for (int i = 0; i < count; i++) {
            boolean hit = i == sure || random.nextInt(50) == 0;
            if (!hit) {
                block(bytes, i, out);
            } else if (swap) {
                block(bytes, i + 1, out);
                block(bytes, i, out);
                i++;
            }
        }
        return out.toByteArray();
    }

    private static void block(byte[] bytes, int index, ByteArrayOutputStream out) {
        int from = Math.min(bytes.length, index * BLOCK);
        out.write(bytes, from, Math.min(BLOCK, bytes.length - from));
    }

    @Override
    public String toString() {
        return weather + " over " + bytes.length + " bytes, seed " + seed;
    }
}
