package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultyInputTest {

    private static final byte[] BYTES = bytes(40_000);

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        SplittableRandom random = new SplittableRandom(3);
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(SeekableByteChannel channel) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        while (channel.read(buffer) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(Weather.class)
    void sameSeedSameWeather(Weather weather) throws IOException {
        String[] results = new String[2];
        for (int i = 0; i < 2; i++) {
            try (SeekableByteChannel channel =
                    FaultyInput.of(BYTES, weather, 5).withStall(Duration.ZERO).open()) {
                results[i] = new String(read(channel), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                results[i] = e.getMessage();
            }
        }
        assertThat(results[0]).isEqualTo(results[1]);
    }

    @ParameterizedTest
    @EnumSource(Weather.class)
    void harmlessWeatherKeepsEveryByteAndOtherWeatherDoesNot(Weather weather) throws IOException {
        FaultyInput input = FaultyInput.of(BYTES, weather, 11).withStall(Duration.ZERO);
        if (weather == Weather.RESET) {
            try (SeekableByteChannel channel = input.open()) {
                assertThatThrownBy(() -> read(channel))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
                assertThat(channel.position()).isBetween(4_000L, 40_000L);
            }
            return;
        }
        try (SeekableByteChannel channel = input.open();
                InputStream content = input.content()) {
            byte[] read = read(channel);
            assertThat(read).isEqualTo(content.readAllBytes());
            assertThat(channel.size()).isEqualTo(input.size());
            if (weather.isHarmless()) {
                assertThat(read).isEqualTo(BYTES);
            } else {
                assertThat(read).isNotEqualTo(BYTES);
            }
        }
    }

    @Test
    void eachWeatherDoesWhatItSays() {
        assertThat(FaultyInput.nineWeathers(BYTES, 1)).hasSize(9);
        assertThat(FaultyInput.of(BYTES, Weather.TRUNCATION, 1).size()).isBetween(4_000, 39_999);
        assertThat(FaultyInput.of(BYTES, Weather.BIT_FLIPS, 1).size()).isEqualTo(40_000);
        assertThat(FaultyInput.of(BYTES, Weather.LOSS, 1).size()).isBetween(30_000, 40_000 - 152);
        assertThat(FaultyInput.of(BYTES, Weather.REORDER, 1).size()).isEqualTo(40_000);
    }

    @ParameterizedTest
    @EnumSource(Weather.class)
    void nothingAndLittleAreInputsToo(Weather weather) throws IOException {
        for (int length : new int[] {0, 1, 2, 188, 189}) {
            try (SeekableByteChannel channel =
                    FaultyInput.of(bytes(length), weather, length).open()) {
                assertThat(read(channel).length).isLessThanOrEqualTo(length);
            } catch (IOException e) {
                assertThat(weather).isEqualTo(Weather.RESET);
            }
        }
    }

    @Test
    void readsAreShortButNeverEmpty() throws IOException {
        try (SeekableByteChannel channel =
                FaultyInput.of(BYTES, Weather.SHORT_READS, 1).open()) {
            for (int i = 0; i < 50; i++) {
                assertThat(channel.read(ByteBuffer.allocate(100))).isBetween(1, 99);
            }
        }
    }

    @Test
    void closingEndsAStall() throws Exception {
        SeekableByteChannel channel = FaultyInput.of(BYTES, Weather.STALLS, 1)
                .withStall(Duration.ofHours(1))
                .open();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                read(channel);
                failure.complete(new AssertionError("never stalled"));
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        reader.start();
        while (reader.getState() != Thread.State.TIMED_WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
        channel.close();
        assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void channelCanSeekAndNotWrite() throws IOException {
        try (SeekableByteChannel channel =
                FaultyInput.of(BYTES, Weather.CLEAR, 1).open()) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.position(39_999).read(one);
            assertThat(one.get(0)).isEqualTo(BYTES[39_999]);
            assertThat(channel.position(50_000).read(one.clear())).isEqualTo(-1);
            assertThatThrownBy(() -> channel.write(one)).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
