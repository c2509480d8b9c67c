package io.headend.formats.ac3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SyncFrameTest {

    private static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }

    @Test
    void ac3SaysWhatItsSpecificBoxSays() {
        // 48 kHz, 448 kbit/s, bsid 8, 3/2 with low-frequency channel
        ByteBuffer frame = hex("0b7700001e40e10000000000");
        SyncFrame head = SyncFrame.parse(frame);
        assertThat(head.isEnhanced()).isFalse();
        assertThat(head.sampleRate()).isEqualTo(48_000);
        assertThat(head.size()).isEqualTo(1792);
        assertThat(head.channels()).isEqualTo(6);
        assertThat(head.samples()).isEqualTo(1536);
        assertThat(SyncFrame.specificBox(frame)).isEqualTo(hex("103de0"));
    }

    @Test
    void enhancedAc3WithADependentStreamNamesItsChannels() {
        // independent 3/2+LFE of 16 bytes, dependent one with a channel map of Lrs/Rrs
        ByteBuffer unit = ByteBuffer.allocate(32);
        unit.put(hex("0b770007" + "3f" + "8000" + "000000000000000000"));
        unit.position(16);
        unit.put(hex("0b774007" + "34" + "8003" + "02000000000000" + "0000"));
        SyncFrame head = SyncFrame.parse(unit.position(0));
        assertThat(head.isEnhanced()).isTrue();
        assertThat(head.channels()).isEqualTo(6);
        assertThat(head.size()).isEqualTo(16);
        ByteBuffer box = SyncFrame.specificBox(unit);
        // 19 bits up to acmod and lfeon, then reserved, one dependent stream and its nine bits
        assertThat(box.remaining()).isEqualTo(6);
        assertThat(box.get(4) >> 1 & 15).isEqualTo(1);
    }

    @Test
    void objectsAreFoundInTheExtension() {
        assertThat(SyncFrame.objectComplexity(hex("0c00200f00"))).isZero();
        assertThat(SyncFrame.objectComplexity(hex("0c00200f000110"))).isEqualTo(16);
    }

    @Test
    void bytesThatAreNoFrameAreRefused() {
        assertThatThrownBy(() -> SyncFrame.parse(hex("0b77"))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> SyncFrame.parse(hex("00".repeat(16)))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> SyncFrame.parse(hex("0b770000ffffffff0000"))).isInstanceOf(MediaException.class);
    }
}
