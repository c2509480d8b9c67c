package io.headend.drm.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.drm.DerivedKeys;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.formats.hls.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SegmentEncryptorTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final KeyProvider keys = query -> {
        asked.incrementAndGet();
        return DerivedKeys.of(new byte[16]).key(query);
    };
    private final SegmentEncryptor encryptor = SegmentEncryptor.builder(keys, key -> "https://keys.example/" + key.id())
            .rotation(new KeyRotation(1))
            .build();

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }

    @Test
    void anotherFormHasTheKeyAndTheNumberOfTheFirstOne() {
        Key seventh = encryptor.key(7);
        ByteBuffer cmaf = encryptor.protect(7, List.of(bytes("a segment "), bytes("of CMAF")));
        ByteBuffer wanted = encryptor.protect(7, List.of(bytes("a segment of CMAF as transport stream")));
        encryptor.key(8);
        int before = asked.get();
        ByteBuffer form = encryptor.inForm(
                seventh, 7, cmaf, clear -> bytes(StandardCharsets.US_ASCII.decode(clear) + " as transport stream"));
        assertThat(form).isEqualTo(wanted);
        assertThat(cmaf.remaining()).as("it is as it was").isEqualTo(32);
        assertThat(asked).as("no provider is asked for what was").hasValue(before);
    }

    @Test
    void onlyItsOwnSegmentsHaveAnotherForm() {
        Key seventh = encryptor.key(7);
        Key other = new Key("AES-128", "https://keys.example/other", "", "", "", "");
        fails(MediaErrorCode.NOT_FOUND, other, ByteBuffer.allocate(32));
        fails(MediaErrorCode.MALFORMED, seventh, ByteBuffer.allocate(32));
        fails(MediaErrorCode.MALFORMED, seventh, ByteBuffer.allocate(31));
    }

    private void fails(MediaErrorCode code, Key key, ByteBuffer segment) {
        assertThatThrownBy(() -> encryptor.inForm(key, 7, segment, clear -> clear))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
