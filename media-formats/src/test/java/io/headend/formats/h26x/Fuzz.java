package io.headend.formats.h26x;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;

/** A parser of strangers' bytes answers with a value or with one of two codes. */
final class Fuzz {

    private Fuzz() {}

    static void check(Runnable parse) {
        try {
            parse.run();
        } catch (MediaException e) {
            assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
