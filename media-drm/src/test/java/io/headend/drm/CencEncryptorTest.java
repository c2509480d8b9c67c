package io.headend.drm;

import static io.headend.drm.Tracks.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.Pattern;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Encryption;
import io.headend.core.SampleProtector.Range;
import io.headend.core.Track;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CencEncryptorTest {

    private static final ContentKey KEY = ContentKey.of(
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

    /** x264, 128x96, Baseline; a slice whose header has 4 bytes, its length field 4 more. */
    private static final String AVCC = "0142c00affe100176742c00ada0836c044000003000400000300c83c489a8001000568ce031c80";

    private static final String AVC_SLICE = "419a20ff";

    /** x265, 128x96; a slice whose header has 14 bytes. */
    private static final String HEVC_STREAM = "0000000142010101600000030090000003000003001ea010206165959aaf2bc05a020000"
            + "030002000003003210000000014401c173d989";

    private static final String HEVC_SLICE = "0201d0097e103c608a62c095c4a0";

    private static final Track AVC = Tracks.video(Codec.AVC, hex(AVCC), 128, 96);

    private static CencEncryptor encryptor(ProtectionScheme scheme, Track track) {
        CencEncryptor made = CencEncryptor.builder(scheme, KeyProvider.single(KEY))
                .contentId("test")
                .build();
        made.begin(track);
        return made;
    }

    private static Track hevc() {
        ByteBuffer record =
                HevcDecoderConfigurationRecord.ofAnnexB(hex(HEVC_STREAM)).toByteBuffer();
        return Tracks.video(Codec.HEVC, record, 128, 96);
    }

    private static ByteBuffer nal(String header, int dataBytes) {
        byte[] head = HexFormat.of().parseHex(header);
        ByteBuffer unit = ByteBuffer.allocate(4 + head.length + dataBytes)
                .putInt(head.length + dataBytes)
                .put(head);
        while (unit.hasRemaining()) {
            unit.put((byte) (0x11 + unit.position()));
        }
        return unit.flip();
    }

    private static ByteBuffer join(ByteBuffer... parts) {
        ByteBuffer out = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(ByteBuffer::remaining).sum());
        for (ByteBuffer part : parts) {
            out.put(part.duplicate());
        }
        return out.flip();
    }

    @Test
    void cencProtectsWholeBlocksOfSliceData() {
        ByteBuffer sample =
                join(nal("09f0", 0), nal("0605", 10), nal(AVC_SLICE, 100), nal(AVC_SLICE, 15), nal(AVC_SLICE, 32));
        Encryption entry =
                protect(encryptor(ProtectionScheme.CENC, AVC), 0, sample).entry();
        assertThat(entry.iv().remaining()).isEqualTo(8);
        assertThat(entry.ranges()).containsExactly(new Range(6 + 16 + 8 + 4, 96), new Range(8 + 15 + 8, 32));
    }

    @Test
    void cbcsProtectsAllSliceData() {
        ByteBuffer sample = join(nal("0605", 10), nal(AVC_SLICE, 100), nal(AVC_SLICE, 15), nal("0605", 3));
        Encryption entry =
                protect(encryptor(ProtectionScheme.CBCS, AVC), 0, sample).entry();
        assertThat(entry.iv().hasRemaining()).isFalse();
        assertThat(entry.ranges()).containsExactly(new Range(16 + 8, 100), new Range(8, 15), new Range(9, 0));
    }

    @Test
    void hevcStaysClearUpToTheEndOfTheSliceHeader() {
        ByteBuffer sample = join(nal("4601", 1), nal(HEVC_SLICE, 1000));
        Encryption entry =
                protect(encryptor(ProtectionScheme.CBCS, hevc()), 0, sample).entry();
        assertThat(entry.ranges()).containsExactly(new Range(7 + 4 + 14, 1000));
    }

    @Test
    void encryptsOneBlockInTen() {
        ByteBuffer sample = nal(AVC_SLICE, 16 + 144 + 16 + 144 + 15);
        ByteBuffer out =
                protect(encryptor(ProtectionScheme.CBCS, AVC), 0, sample).out();
        List<Integer> changed = new ArrayList<>();
        for (int block = 8; block + 16 <= out.limit(); block += 16) {
            if (!out.slice(block, 16).equals(sample.slice(block, 16))) {
                changed.add((block - 8) / 16);
            }
        }
        assertThat(changed).containsExactly(0, 10);
    }

    @Test
    void leavesShortSamplesAlone() {
        ByteBuffer video = nal(AVC_SLICE, 15);
        assertThat(protect(encryptor(ProtectionScheme.CBCS, AVC), 0, video).out())
                .isEqualTo(video);
        assertThat(protect(encryptor(ProtectionScheme.CENC, AVC), 0, video).out())
                .isEqualTo(video);
        ByteBuffer sound = hex("00112233445566778899aabbccddee");
        assertThat(protect(encryptor(ProtectionScheme.CBCS, Tracks.aac()), 0, sound)
                        .out())
                .isEqualTo(sound);
        assertThat(protect(encryptor(ProtectionScheme.CBCS, AVC), 0, hex("")).out())
                .isEqualTo(hex(""));
    }

    /** BytesOfClearData has 16 bits. */
    @Test
    void splitsLongClearRuns() {
        ByteBuffer sample = join(nal("0605", 140_000), nal(AVC_SLICE, 64));
        Encryption entry =
                protect(encryptor(ProtectionScheme.CBCS, AVC), 0, sample).entry();
        assertThat(entry.ranges())
                .containsExactly(new Range(65_535, 0), new Range(65_535, 0), new Range(140_006 - 131_070 + 8, 64));
    }

    @Test
    void refusesMoreSlicesThanTheFormatCanTell() {
        ByteBuffer[] slices = new ByteBuffer[43];
        Arrays.setAll(slices, i -> nal(AVC_SLICE, 20));
        assertCode(MediaErrorCode.UNSUPPORTED, () -> protect(encryptor(ProtectionScheme.CBCS, AVC), 0, join(slices)));
    }

    @Test
    void signalsWhatItDoes() {
        ContentProtection video = encryptor(ProtectionScheme.CBCS, AVC).protection();
        assertThat(video.pattern()).isEqualTo(Pattern.ONE_IN_TEN);
        assertThat(video.ivSize()).isZero();
        assertThat(video.keyId()).isEqualTo(KEY.id());
        assertThat(video.systems()).containsExactly(PsshBox.commonSystem(KEY.id()));
        ContentProtection sound = encryptor(ProtectionScheme.CBCS, Tracks.aac()).protection();
        assertThat(sound.pattern()).isEqualTo(Pattern.NONE);
        assertThat(sound.constantIv()).isEqualTo(video.constantIv());
        ContentProtection counter = encryptor(ProtectionScheme.CENC, AVC).protection();
        assertThat(counter.ivSize()).isEqualTo(8);
        assertThat(counter.constantIv().hasRemaining()).isFalse();
    }

    @Test
    void addsSystemsOfKeyAndHost() {
        PsshBox widevine = new PsshBox(UUID.fromString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"), List.of(), hex("12"));
        ContentKey key = KEY.withSystems(
                List.of(new ContentProtection.DrmSystem(widevine.systemId(), widevine.toByteBuffer(), "")));
        CencEncryptor encryptor = CencEncryptor.builder(ProtectionScheme.CENC, KeyProvider.single(key))
                .system(PsshBox.clearKeySystem("https://keys.example/license"))
                .build();
        encryptor.begin(AVC);
        assertThat(encryptor.protection().systems())
                .extracting(ContentProtection.DrmSystem::systemId)
                .containsExactly(widevine.systemId(), PsshBox.CLEAR_KEY);
    }

    @Test
    void asksForTheKeyOfTheTrack() {
        List<KeyProvider.Query> asked = new ArrayList<>();
        KeyProvider provider = query -> {
            asked.add(query);
            return KEY;
        };
        for (Track track : List.of(
                AVC,
                Tracks.video(Codec.AVC, hex(AVCC), 1920, 1080),
                Tracks.video(Codec.AVC, hex(AVCC), 3840, 2160),
                Tracks.video(Codec.AVC, hex(AVCC), 7680, 4320),
                Tracks.aac())) {
            CencEncryptor.builder(ProtectionScheme.CBCS, provider)
                    .contentId("c")
                    .build()
                    .begin(track);
        }
        assertThat(asked).extracting(KeyProvider.Query::label).containsExactly("SD", "HD", "UHD1", "UHD2", "AUDIO");
        assertThat(asked.get(0))
                .isEqualTo(new KeyProvider.Query("c", "SD", ProtectionScheme.CBCS, KeyProvider.NO_PERIOD));
    }

    /** Two packagers of one channel, or one that was restarted in the middle. */
    @ParameterizedTest
    @EnumSource(ProtectionScheme.class)
    void twoInstancesWriteTheSameBytes(ProtectionScheme scheme) {
        CencEncryptor first = encryptor(scheme, AVC);
        protect(first, 1000, nal(AVC_SLICE, 50));
        Protected one = protect(first, 2000, nal(AVC_SLICE, 500));
        Protected other = protect(encryptor(scheme, AVC), 2000, nal(AVC_SLICE, 500));
        assertThat(one.out()).isEqualTo(other.out());
        assertThat(one.entry()).isEqualTo(other.entry());
    }

    @Test
    void neverUsesACounterVectorTwice() {
        CencEncryptor encryptor = encryptor(ProtectionScheme.CENC, AVC);
        ByteBuffer first = protect(encryptor, 5, nal(AVC_SLICE, 50)).entry().iv();
        ByteBuffer second = protect(encryptor, 6, nal(AVC_SLICE, 50)).entry().iv();
        assertThat(second.getLong(0) - first.getLong(0)).isEqualTo(1);
        assertCode(MediaErrorCode.CONFLICT, () -> protect(encryptor, 6, nal(AVC_SLICE, 50)));
        encryptor.begin(AVC);
        assertCode(MediaErrorCode.CONFLICT, () -> protect(encryptor, 3, nal(AVC_SLICE, 50)));
        Track renamed = AVC.withName("other");
        assertThat(protect(encryptor(ProtectionScheme.CENC, renamed), 5, nal(AVC_SLICE, 50))
                        .entry()
                        .iv())
                .isNotEqualTo(first);
    }

    @Test
    void nothingIsEncryptedWhereSomethingIsWrong() {
        CencEncryptor encryptor = encryptor(ProtectionScheme.CENC, AVC);
        ByteBuffer sample = join(nal(AVC_SLICE, 200), hex("000000ff41"));
        ByteBuffer data = Tracks.copy(sample);
        assertCode(MediaErrorCode.MALFORMED, () -> encryptor.protect(Tracks.at(1), data));
        assertThat(data).isEqualTo(sample);
    }

    @Test
    void refusesWhatItCannotProtect() {
        CencEncryptor encryptor = CencEncryptor.builder(ProtectionScheme.CENC, KeyProvider.single(KEY))
                .build();
        assertCode(MediaErrorCode.INVALID_STATE, encryptor::protection);
        assertCode(MediaErrorCode.UNSUPPORTED, () -> encryptor.begin(Tracks.video(Codec.VP8, hex(""), 16, 16)));
        assertCode(MediaErrorCode.MALFORMED, () -> encryptor.begin(Tracks.video(Codec.AVC, hex("01"), 16, 16)));
        CencEncryptor keyless = CencEncryptor.builder(ProtectionScheme.CENC, KeyProvider.raw(Map.of("AUDIO", KEY)))
                .build();
        assertCode(MediaErrorCode.NOT_FOUND, () -> keyless.begin(AVC));
    }

    @Property(tries = 300)
    void decryptsToTheSource(
            @ForAll ProtectionScheme scheme,
            @ForAll boolean direct,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 700) Integer> units,
            @ForAll @IntRange(max = 3) int kind)
            throws GeneralSecurityException {
        Track track = kind == 0 ? Tracks.aac() : kind == 1 ? hevc() : AVC;
        ByteBuffer[] nals = new ByteBuffer[units.size()];
        for (int i = 0; i < nals.length; i++) {
            String header = kind == 1 ? HEVC_SLICE : units.get(i) % 5 == 0 ? "0605" : AVC_SLICE;
            nals[i] = nal(header, units.get(i));
        }
        ByteBuffer joined = join(nals);
        int size = joined.limit();
        ByteBuffer whole = direct ? ByteBuffer.allocateDirect(size + 9) : ByteBuffer.allocate(size + 9);
        whole.put(4, joined, 0, size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(4 + size)
                .position(4);
        CencEncryptor encryptor = encryptor(scheme, track);
        Encryption entry = encryptor.protect(Tracks.at(77), whole);
        assertThat(whole.position()).isEqualTo(4);
        assertThat(whole.limit()).isEqualTo(4 + size);
        whole.limit(whole.capacity());
        assertThat(whole.getInt(0)).as("the bytes before").isZero();
        assertThat(whole.getInt(5 + size)).as("the bytes behind").isZero();
        ByteBuffer out = whole.slice(4, size);
        assertThat(ReferenceDecryptor.decrypt(encryptor.protection(), KEY.secret(), entry, out))
                .isEqualTo(joined);
        int mostProtected =
                entry.ranges().stream().mapToInt(Range::protectedBytes).max().orElse(size);
        if (mostProtected >= 16) {
            assertThat(out).isNotEqualTo(joined);
        }
    }

    /** Larger than the chunks in which bytes go through the cipher. */
    @ParameterizedTest
    @EnumSource(ProtectionScheme.class)
    void decryptsLargeSamples(ProtectionScheme scheme) throws GeneralSecurityException {
        ByteBuffer sample = join(nal(AVC_SLICE, 35_003), nal(AVC_SLICE, 400_000));
        CencEncryptor encryptor = encryptor(scheme, AVC);
        Protected done = protect(encryptor, 1, sample);
        assertThat(ReferenceDecryptor.decrypt(encryptor.protection(), KEY.secret(), done.entry(), done.out()))
                .isEqualTo(sample);
        ByteBuffer sound = nal(AVC_SLICE, 40_001);
        CencEncryptor audio = encryptor(scheme, Tracks.aac());
        Protected whole = protect(audio, 1, sound);
        assertThat(whole.entry().ranges()).isEmpty();
        assertThat(ReferenceDecryptor.decrypt(audio.protection(), KEY.secret(), whole.entry(), whole.out()))
                .isEqualTo(sound);
    }

    @Property(tries = 1000)
    void anyBytesAreProtectedOrRefused(
            @ForAll ProtectionScheme scheme, @ForAll boolean avc, @ForAll @Size(max = 120) byte[] bytes) {
        CencEncryptor encryptor = encryptor(scheme, avc ? AVC : hevc());
        byte[] framed = ByteBuffer.allocate(bytes.length + 4)
                .putInt(bytes.length)
                .put(bytes)
                .array();
        for (byte[] sample : List.of(bytes, framed)) {
            byte[] data = sample.clone();
            try {
                Encryption entry = encryptor.protect(Tracks.at(sample.length), ByteBuffer.wrap(data));
                int covered = entry.ranges().stream()
                        .mapToInt(r -> r.clearBytes() + r.protectedBytes())
                        .sum();
                assertThat(covered).isEqualTo(sample.length);
            } catch (MediaException e) {
                assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
                assertThat(data).isEqualTo(sample);
            }
        }
    }

    /** A sample, what became of it and what is told about it. */
    record Protected(ByteBuffer out, Encryption entry) {}

    static Protected protect(CencEncryptor encryptor, long dts, ByteBuffer sample) {
        ByteBuffer data = Tracks.copy(sample);
        Encryption entry = encryptor.protect(Tracks.at(dts), data);
        assertThat(data.remaining()).isEqualTo(sample.remaining());
        return new Protected(data, entry);
    }

    private static void assertCode(MediaErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
