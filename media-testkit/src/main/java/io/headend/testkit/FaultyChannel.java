package io.headend.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads bytes with the faults that belong to the reading: short reads, stalls and resets. One reader, any closer. */
final class FaultyChannel implements SeekableByteChannel {

    private final byte[] bytes;
    private final Weather weather;
    private final SplittableRandom random;
    private final long reset;
    private final long stallNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private long position;

    FaultyChannel(byte[] bytes, Weather weather, SplittableRandom random, long reset, long stallNanos) {
        this.bytes = bytes;
        this.weather = weather;
        this.random = random;
        this.reset = reset;
        this.stallNanos = stallNanos;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        requireOpen();
        if (weather == Weather.STALLS && random.nextInt(8) == 0) {
            stall();
        }
        if (position >= reset) {
            throw new IOException("connection reset at byte " + reset);
        }
        long left = Math.min(bytes.length, reset) - position;
        if (left <= 0 && into.hasRemaining()) {
            return -1;
        }
        int count = (int) Math.min(atMost(into.remaining()), Math.max(left, 0));
        into.put(bytes, (int) position, count);
        position += count;
        return count;
    }

    private int atMost(int wanted) {
        if (wanted < 2) {
            return wanted;
        }
        return switch (weather) {
            case SINGLE_BYTES -> 1;
            case SHORT_READS -> 1 + random.nextInt(wanted - 1);
            default -> wanted;
        };
    }

    private void stall() throws IOException {
        try {
            if (closed.await(stallNanos, TimeUnit.NANOSECONDS)) {
                throw new AsynchronousCloseException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new ClosedByInterruptException();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public long position() throws IOException {
        requireOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        requireOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("position " + newPosition + " is negative");
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return bytes.length;
    }

    @Override
    public boolean isOpen() {
        return closed.getCount() > 0;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }
}
