package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ContentProtection;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The lines of the README. */
class ReadmeExampleTest {

    @Test
    void example() {
        Track track = Tracks.aac();
        SampleInfo info = Tracks.at(0);
        ByteBuffer sample = ByteBuffer.allocate(64);

        ContentKey key = ContentKey.parse("00112233445566778899aabbccddeeff:0f0e0d0c0b0a09080706050403020100");
        SampleProtector protector = CencEncryptor.builder(ProtectionScheme.CBCS, KeyProvider.single(key))
                .contentId("channel-1")
                .system(PsshBox.clearKeySystem("https://keys.example/license"))
                .build();
        protector.begin(track);
        ContentProtection signalled = protector.protection();
        SampleProtector.Encryption entry = protector.protect(info, sample); // where it lies

        assertThat(signalled.systems()).hasSize(2);
        assertThat(entry.ranges()).isEmpty();
        assertThat(sample).isNotEqualTo(ByteBuffer.allocate(64));
    }
}
