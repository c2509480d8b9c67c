package io.headend.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTest {

    @Test
    void fieldNamesAreComparedWithoutRegardToCase() {
        Headers headers = Headers.of("Accept", "a", "X-Test", "1", "accept", "b");
        assertThat(headers.first("ACCEPT")).contains("a");
        assertThat(headers.all("aCCept")).containsExactly("a", "b");
        assertThat(headers.first("none")).isEmpty();
        assertThat(headers.all("none")).isEmpty();
    }

    @Test
    void builderReplacesOrAddsAndLeavesTheOriginal() {
        Headers headers = Headers.of("A", "1", "B", "2", "a", "3");
        Headers changed = headers.toBuilder().set("A", "9").add("C", "4").build();
        assertThat(changed).hasToString("[B, 2, A, 9, C, 4]");
        assertThat(headers)
                .isEqualTo(Headers.of("A", "1", "B", "2", "a", "3"))
                .hasSameHashCodeAs(Headers.of("A", "1", "B", "2", "a", "3"));
        assertThat(Headers.builder().build()).isSameAs(Headers.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\n", "é"})
    void badFieldNamesAreRefused(String name) {
        assertThatThrownBy(() -> Headers.of(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "a\0b", "\r"})
    void valuesCannotSplitTheResponse(String value) {
        assertThatThrownBy(() -> Headers.of("A", value)).hasMessageContaining("line break");
        assertThatThrownBy(() -> Headers.builder().set("A", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAndValuesComeInPairs() {
        assertThatThrownBy(() -> Headers.of("A")).hasMessageContaining("pairs");
    }

    @Test
    void requestIsReadFromPathAndQuery() {
        MediaRequest request =
                MediaRequest.get("/ch/v720/media.m3u8?_HLS_msn=12&_HLS_part=3&_HLS_msn=13&flag&a%20b=c%26d");
        assertThat(request.path()).isEqualTo("/ch/v720/media.m3u8");
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.query("_HLS_msn")).contains("12");
        assertThat(request.query("flag")).contains("");
        assertThat(request.query("a b")).contains("c&d");
        assertThat(request.query("none")).isEmpty();
        assertThat(request.queryParameters()).containsOnlyKeys("_HLS_msn", "_HLS_part", "flag", "a b");
        assertThat(MediaRequest.get("/x").queryParameters()).isEmpty();
    }

    @Test
    void malformedEscapeIsTheCallersError() {
        assertThatThrownBy(() -> MediaRequest.get("/x?a=%zz").queryParameters())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void requestIsDerived() {
        MediaRequest request = MediaRequest.get("/a?b=c").withPath("/d").withHeaders(Headers.of("A", "1"));
        assertThat(request.path()).isEqualTo("/d");
        assertThat(request.rawQuery()).isEqualTo("b=c");
        assertThat(request.headers().first("a")).contains("1");
        assertThatThrownBy(() -> request.withPath("d")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bodyInMemoryCanBeSentManyTimes() {
        MediaBody.Bytes body =
                new MediaBody.Bytes(List.of(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[3])));
        assertThat(body.length()).isEqualTo(5);
        body.parts().forEach(part -> part.position(part.limit()));
        assertThat(body.length()).isEqualTo(5);
        assertThat(body.parts().get(0).remaining()).isEqualTo(2);
        assertThat(body.parts().get(0).isReadOnly()).isTrue();
    }

    @Test
    void bodiesKnowTheirLength() {
        assertThat(MediaBody.empty().length()).isZero();
        assertThat(new MediaBody.FileRegion(Path.of("x"), 5, 7).length()).isEqualTo(7);
        Chunks chunks = new Chunks();
        try (MediaBody body = new MediaBody.Pulled(chunks, -1)) {
            assertThat(body.length()).isEqualTo(-1);
            assertThat(chunks.closed).isFalse();
        }
        assertThat(chunks.closed).isTrue();
    }

    private static final class Chunks implements MediaBody.ChunkSource {
        private boolean closed;

        @Override
        public CompletionStage<Optional<ByteBuffer>> next() {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void responsesAreFinal() {
        assertThatThrownBy(() -> new MediaResponse(199, Headers.EMPTY, MediaBody.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MediaResponse(600, Headers.EMPTY, MediaBody.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        MediaResponse error = MediaResponse.error(404, "no such segment");
        assertThat(error.headers().first("cache-control")).contains("no-store");
        ByteBuffer text = ((MediaBody.Bytes) error.body()).parts().get(0);
        assertThat(StandardCharsets.UTF_8.decode(text).toString()).isEqualTo("no such segment\n");
        MediaResponse ok =
                MediaResponse.ok("text/plain", ByteBuffer.allocate(4)).withHeader("content-type", "video/mp4");
        assertThat(ok.status()).isEqualTo(200);
        assertThat(ok.headers().all("Content-Type")).containsExactly("video/mp4");
    }
}
