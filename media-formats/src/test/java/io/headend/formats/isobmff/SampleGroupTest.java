package io.headend.formats.isobmff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ContentProtection.Pattern;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Encryption;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SampleGroupTest {

    private static final UUID KEY_ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    private static ContentProtection counter(List<DrmSystem> systems) {
        return new ContentProtection(ProtectionScheme.CENC, KEY_ID, 8, ByteBuffer.allocate(0), Pattern.NONE, systems);
    }

    private static TrackFragment.Builder twoSamples() {
        TrackFragment.Builder fragment = TrackFragment.builder(1, 0);
        for (int i = 0; i < 2; i++) {
            fragment.sample(10, 100 + i, SampleFlags.SYNC, 0)
                    .encrypted(new Encryption(ByteBuffer.allocate(8).putLong(0, i), List.of(new Range(4, 96 + i))));
        }
        return fragment;
    }

    @Test
    void namesTheKeyOfAllSamples() {
        ParsedBox moof = BoxReader.read(twoSamples()
                        .keyed(counter(List.of()))
                        .build()
                        .toMovieFragment(1)
                        .toBytes())
                .get(0);
        ByteBuffer description = moof.find("traf/sgpd").orElseThrow().payload();
        assertThat(description.getInt()).isEqualTo(1 << 24);
        assertThat(description.getInt()).isEqualTo(0x7365_6967);
        assertThat(description.getInt()).isEqualTo(20);
        assertThat(description.getInt()).isEqualTo(1);
        assertThat(description.getInt()).isEqualTo(0x0000_0108);
        assertThat(new UUID(description.getLong(), description.getLong())).isEqualTo(KEY_ID);
        assertThat(description.hasRemaining()).isFalse();
        ByteBuffer group = moof.find("traf/sbgp").orElseThrow().payload();
        assertThat(group.remaining()).isEqualTo(20);
        assertThat(group.getInt()).isZero();
        assertThat(group.getInt()).isEqualTo(0x7365_6967);
        assertThat(group.getInt()).isEqualTo(1);
        assertThat(group.getInt()).isEqualTo(2);
        assertThat(group.getInt()).isEqualTo(0x1_0001);
        assertThat(moof.find("pssh")).isEmpty();
        assertThat(TrackEncryptionBox.ofGroup(moof.find("traf").orElseThrow()))
                .contains(TrackEncryptionBox.of(counter(List.of())));
    }

    @Test
    void tellsPatternAndConstantVector() {
        ByteBuffer vector = ByteBuffer.allocate(16).putLong(0, 7).putLong(8, 9);
        ContentProtection protection =
                new ContentProtection(ProtectionScheme.CBCS, KEY_ID, 0, vector, Pattern.ONE_IN_TEN, List.of());
        ParsedBox moof = BoxReader.read(TrackFragment.builder(1, 0)
                        .sample(1, 50, SampleFlags.SYNC, 0)
                        .encrypted(new Encryption(ByteBuffer.allocate(0), List.of(new Range(4, 46))))
                        .keyed(protection)
                        .build()
                        .toMovieFragment(1)
                        .toBytes())
                .get(0);
        ByteBuffer description = moof.find("traf/sgpd").orElseThrow().payload();
        assertThat(description.getInt(8)).isEqualTo(37);
        assertThat(description.getInt(16)).isEqualTo(0x0019_0100);
        assertThat(description.get(36)).isEqualTo((byte) 16);
        assertThat(description.slice(37, 16)).isEqualTo(vector);
        assertThat(TrackEncryptionBox.ofGroup(moof.find("traf").orElseThrow()))
                .contains(TrackEncryptionBox.of(protection));
    }

    @Test
    void readsADescriptionThatTellsItsLengthAndAnswersForClearSamples() {
        ByteBuffer fields = ByteBuffer.allocate(40);
        fields.put(new byte[] {'s', 'e', 'i', 'g'}).putInt(0).putInt(1).putInt(20);
        fields.putInt(0x0000_0000).putLong(KEY_ID.getMostSignificantBits()).putLong(KEY_ID.getLeastSignificantBits());
        Box traf = ContainerBox.of("traf", OpaqueBox.full("sgpd", 1, 0, fields.flip()));
        TrackEncryptionBox group = TrackEncryptionBox.ofGroup(
                        BoxReader.read(traf.toBytes()).get(0))
                .orElseThrow();
        assertThat(group.isProtected()).isFalse();
        assertThat(group.keyId()).isEqualTo(KEY_ID);
        assertThat(TrackEncryptionBox.ofGroup(
                        BoxReader.read(ContainerBox.of("traf").toBytes()).get(0)))
                .isEmpty();
    }

    @Test
    void aDescriptionThatIsCutShortIsMalformed() {
        ByteBuffer fields = ByteBuffer.allocate(22);
        fields.put(new byte[] {'s', 'e', 'i', 'g'}).putInt(20).putInt(1);
        Box traf = ContainerBox.of("traf", OpaqueBox.full("sgpd", 1, 0, fields.rewind()));
        ParsedBox read = BoxReader.read(traf.toBytes()).get(0);
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> TrackEncryptionBox.ofGroup(read))
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }

    /** {@code saio} counts from the first byte of the fragment, whatever stands in it. */
    @Test
    void boxesOfSystemsDoNotMoveTheVectors() {
        ByteBuffer pssh = ByteBuffer.allocate(40).putInt(0, 40).putInt(4, 0x7073_7368);
        DrmSystem boxed = new DrmSystem(KEY_ID, pssh, "");
        DrmSystem byUrl = new DrmSystem(KEY_ID, ByteBuffer.allocate(0), "https://keys.example/");
        TrackFragment fragment =
                twoSamples().keyed(counter(List.of(boxed, byUrl))).build();
        ByteBuffer bytes = fragment.toMovieFragment(3, List.of(boxed, byUrl)).toBytes();
        ParsedBox moof = BoxReader.read(bytes).get(0);
        assertThat(moof.all("pssh")).hasSize(1);
        ByteBuffer offsets = moof.find("traf/saio").orElseThrow().payload();
        int first = offsets.getInt(8);
        assertThat(bytes.slice(first, 8)).isEqualTo(fragment.encryption().get(0).iv());
        assertThat(bytes.getInt(first - 12)).isEqualTo(0x7365_6e63);
        ByteBuffer run = moof.find("traf/trun").orElseThrow().payload();
        assertThat(run.getInt(8)).isEqualTo(bytes.remaining() + 8);
    }
}
