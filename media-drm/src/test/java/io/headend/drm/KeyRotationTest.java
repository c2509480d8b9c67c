package io.headend.drm;

import static io.headend.drm.Tracks.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.core.SampleProtector.Encryption;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRotationTest {

    private static final KeyRotation BY_THREE = new KeyRotation(3);
    private static final DerivedKeys KEYS = DerivedKeys.of(new byte[16]);
    private static final ByteBuffer SOUND = hex("00112233445566778899aabbccddeeff0123456789");

    private static CencEncryptor encryptor(ProtectionScheme scheme, KeyProvider keys) {
        CencEncryptor made = CencEncryptor.builder(scheme, keys)
                .contentId("channel")
                .rotation(BY_THREE)
                .systems(DrmSystems.all())
                .build();
        made.begin(Tracks.aac());
        return made;
    }

    private static ContentKey key(ProtectionScheme scheme, long period) {
        return KEYS.key(new KeyProvider.Query("channel", "AUDIO", scheme, period));
    }

    private record Protected(Encryption entry, ByteBuffer out) {}

    private static Protected protect(CencEncryptor encryptor, long time) {
        ByteBuffer data = Tracks.copy(SOUND);
        return new Protected(encryptor.protect(Tracks.at(time), data), data);
    }

    @Test
    void periodsBeginWithSegments() {
        assertThat(BY_THREE.period(0)).isZero();
        assertThat(BY_THREE.period(2)).isZero();
        assertThat(BY_THREE.period(3)).isEqualTo(1);
        assertThat(BY_THREE.firstSegment(7)).isEqualTo(21);
        EpochGrid twoSeconds = new EpochGrid(Rational.of(25, 1), 50, 1);
        assertThat(KeyRotation.every(Duration.ofSeconds(10), twoSeconds)).isEqualTo(new KeyRotation(5));
        assertThat(KeyRotation.every(Duration.ofSeconds(1), twoSeconds)).isEqualTo(new KeyRotation(1));
        assertThat(KeyRotation.every(Duration.ofMillis(1), twoSeconds)).isEqualTo(new KeyRotation(1));
        assertThat(KeyRotation.every(Duration.ofSeconds(13), twoSeconds)).isEqualTo(new KeyRotation(7));
        assertThatThrownBy(() -> new KeyRotation(0)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> KeyRotation.every(Duration.ZERO, twoSeconds)).isInstanceOf(MediaException.class);
    }

    @ParameterizedTest
    @EnumSource(ProtectionScheme.class)
    void everyPeriodHasItsKey(ProtectionScheme scheme) throws GeneralSecurityException {
        CencEncryptor encryptor = encryptor(scheme, KEYS);
        assertThat(encryptor.protection().keyId()).isEqualTo(key(scheme, 0).id());
        for (long segment = 100; segment < 110; segment++) {
            encryptor.beginSegment(segment);
            ContentKey expected = key(scheme, segment / 3);
            ContentProtection told = encryptor.protection();
            assertThat(told.keyId()).isEqualTo(expected.id());
            assertThat(told.systems())
                    .extracting(DrmSystem::pssh)
                    .contains(PsshBox.common(List.of(expected.id())).toByteBuffer());
            Protected done = protect(encryptor, segment * 1000);
            assertThat(done.out()).isNotEqualTo(SOUND);
            assertThat(ReferenceDecryptor.decrypt(told, expected.secret(), done.entry(), done.out()))
                    .isEqualTo(SOUND);
        }
    }

    @Test
    void asksForEachSegmentAndChangesWhenTheKeyDoes() {
        List<Long> asked = new ArrayList<>();
        CencEncryptor encryptor = encryptor(ProtectionScheme.CBCS, query -> {
            asked.add(query.period());
            boolean late = query.period() == 4 && asked.size() < 6;
            return late ? key(query.scheme(), 3) : KEYS.key(query);
        });
        List<Long> used = new ArrayList<>();
        for (long segment = 11; segment < 16; segment++) {
            encryptor.beginSegment(segment);
            protect(encryptor, segment);
            UUID id = encryptor.protection().keyId();
            LongStream.range(3, 6)
                    .filter(period -> key(ProtectionScheme.CBCS, period).id().equals(id))
                    .forEach(used::add);
        }
        assertThat(asked).containsExactly(0L, 3L, 4L, 4L, 4L, 5L);
        assertThat(used).containsExactly(3L, 3L, 3L, 3L, 5L);
    }

    @Test
    void aSegmentWithoutKeyFailsAndTheNextOneMayHaveOne() {
        List<Long> asked = new ArrayList<>();
        CencEncryptor encryptor = encryptor(ProtectionScheme.CENC, query -> {
            asked.add(query.period());
            if (asked.size() == 3) {
                throw new MediaException(MediaErrorCode.IO, "The key service is down.");
            }
            return KEYS.key(query);
        });
        encryptor.beginSegment(11);
        assertThatThrownBy(() -> encryptor.beginSegment(12)).hasMessage("The key service is down.");
        assertThatThrownBy(() -> protect(encryptor, 12_000)).isInstanceOf(MediaException.class);
        encryptor.beginSegment(13);
        assertThat(encryptor.protection().keyId())
                .isEqualTo(key(ProtectionScheme.CENC, 4).id());
        assertThat(protect(encryptor, 13_000).out()).isNotEqualTo(SOUND);
    }

    /** A packager that was started in the middle writes what the other one writes, and the same initialisation segment. */
    @ParameterizedTest
    @EnumSource(ProtectionScheme.class)
    void nothingDependsOnTheBeginning(ProtectionScheme scheme) {
        CencEncryptor early = encryptor(scheme, KEYS);
        CencEncryptor late = encryptor(scheme, KEYS);
        assertThat(late.protection()).isEqualTo(early.protection());
        early.beginSegment(41);
        protect(early, 41_000);
        early.beginSegment(44);
        late.beginSegment(44);
        assertThat(late.protection()).isEqualTo(early.protection());
        Protected one = protect(early, 44_000);
        Protected other = protect(late, 44_000);
        assertThat(one).isEqualTo(other);
    }

    /** What is made on demand is asked for in any order. */
    @ParameterizedTest
    @EnumSource(ProtectionScheme.class)
    void earlierSegmentsCanBeMadeAnew(ProtectionScheme scheme) {
        CencEncryptor encryptor = encryptor(scheme, KEYS);
        encryptor.beginSegment(5);
        Protected first = protect(encryptor, 5_000);
        encryptor.beginSegment(9);
        protect(encryptor, 9_000);
        encryptor.beginSegment(5);
        assertThat(protect(encryptor, 5_000)).isEqualTo(first);
    }

    @Test
    void nothingGoesOutWithoutTheKeyOfThePeriod() {
        boolean[] down = {false};
        CencEncryptor encryptor = encryptor(ProtectionScheme.CENC, query -> {
            if (down[0]) {
                throw new MediaException(MediaErrorCode.TIMEOUT, "The key service does not answer.");
            }
            return KEYS.key(query);
        });
        encryptor.beginSegment(8);
        protect(encryptor, 1);
        down[0] = true;
        assertCode(MediaErrorCode.TIMEOUT, () -> encryptor.beginSegment(9));
        assertCode(MediaErrorCode.INVALID_STATE, () -> protect(encryptor, 2));
        assertCode(MediaErrorCode.INVALID_STATE, encryptor::protection);
        down[0] = false;
        encryptor.beginSegment(10);
        assertThat(encryptor.protection().keyId())
                .isEqualTo(key(ProtectionScheme.CENC, 3).id());
        protect(encryptor, 3);
    }

    @Test
    void signallingThatComesWithTheKeyWins() {
        PsshBox own = new PsshBox(WidevineHeader.SYSTEM_ID, List.of(), hex("12"));
        DrmSystem widevine = new DrmSystem(own.systemId(), own.toByteBuffer(), "https://wv.example/");
        CencEncryptor encryptor =
                encryptor(ProtectionScheme.CBCS, query -> KEYS.key(query).withSystems(List.of(widevine)));
        List<UUID> systems = encryptor.protection().systems().stream()
                .map(DrmSystem::systemId)
                .toList();
        assertThat(systems).containsOnlyOnce(WidevineHeader.SYSTEM_ID).contains(FairPlay.SYSTEM_ID, PsshBox.COMMON);
        assertThat(encryptor.protection().systems()).contains(widevine);
    }

    private static void assertCode(MediaErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
