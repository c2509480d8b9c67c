package io.headend.benchmarks;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does common encryption of a picture cost beside what the JDK's {@link Cipher} takes for the same bytes? A picture is one AVC slice in
 * memory outside the heap, as a packager reads it from a file. The rival starts the cipher and encrypts as many
 * bytes as the scheme does, where they lie, side by side: no slice header, no sub-samples, no pattern.
 *
 * <p>Command: {@code benchmarks/run jmh EncryptionBenchmark}. The bar is 80 % of the rival's pictures per second.
 */
@SuppressWarnings("NullAway.Init")
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncryptionBenchmark {

    private static final String AVCC = "0142c00affe100176742c00ada0836c044000003000400000300c83c489a8001000568ce031c80";
    private static final byte[] SLICE_HEADER = {0x41, (byte) 0x9a, 0x20, (byte) 0xff};
    private static final int BLOCK = 16;
    private static final int CHUNK = 8 * 1024;

    @Param({"CENC", "CBCS"})
    public ProtectionScheme scheme;

    /** Bytes of a picture: 5.7 Mb/s and 0.74 Mb/s at 25 pictures per second. */
    @Param({"28500", "3700"})
    public int size;

    private CencEncryptor encryptor;
    private Cipher cipher;
    private ContentKey key;
    private ByteBuffer picture;
    private final byte[] plain = new byte[CHUNK];
    private final byte[] coded = new byte[CHUNK];
    private long time;

    /** One picture of random bytes. */
    @Setup
    public void open() throws GeneralSecurityException {
        key = ContentKey.of(new UUID(1, 2), HexFormat.of().parseHex("0f0e0d0c0b0a09080706050403020100"));
        encryptor = CencEncryptor.builder(scheme, KeyProvider.single(key)).build();
        CodecConfig config = new CodecConfig(
                Codec.AVC, "h264", ByteBuffer.wrap(HexFormat.of().parseHex(AVCC)));
        encryptor.begin(new Track(0, "v", VideoFormat.of(config, 128, 96), Timebase.hz(90_000), null));
        byte[] data = new byte[size - 8];
        new Random(1).nextBytes(data);
        picture = ByteBuffer.allocateDirect(size)
                .putInt(size - 4)
                .put(SLICE_HEADER)
                .put(data)
                .flip();
        boolean counter = scheme == ProtectionScheme.CENC;
        cipher = Cipher.getInstance(counter ? "AES/CTR/NoPadding" : "AES/CBC/NoPadding");
    }

    @Benchmark
    public ByteBuffer encryptor() {
        time++;
        encryptor.protect(new SampleInfo(0, time, time, 1, false, SampleInfo.NO_ARRIVAL), picture);
        return picture;
    }

    @Benchmark
    public ByteBuffer cipherAlone() throws GeneralSecurityException {
        time++;
        byte[] vector = ByteBuffer.allocate(BLOCK).putLong(time).array();
        cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new IvParameterSpec(vector));
        boolean counter = scheme == ProtectionScheme.CENC;
        int bytes = counter ? (size - 8) / BLOCK * BLOCK : ((size - 8 - BLOCK) / (10 * BLOCK) + 1) * BLOCK;
        for (int at = 8; at < 8 + bytes; at += CHUNK) {
            int chunk = Math.min(CHUNK, 8 + bytes - at);
            picture.get(at, plain, 0, chunk);
            cipher.update(plain, 0, chunk, coded, 0);
            picture.put(at, coded, 0, chunk);
        }
        return picture;
    }
}
