package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static MediaRequest range(String value) {
        return MediaRequest.get("/a").withHeaders(Headers.of("Range", value));
    }

    private static byte[] concatenated(MediaBody body) {
        ByteBuffer all = ByteBuffer.allocate((int) body.length());
        ((MediaBody.Bytes) body).parts().forEach(part -> all.put(part.duplicate()));
        return all.array();
    }

    @Property
    void aRangeOfPartsIsTheRangeOfTheWhole(
            @ForAll @Size(max = 6) List<@IntRange(max = 40) Integer> lengths,
            @ForAll @IntRange(max = 250) int from,
            @ForAll @IntRange(max = 250) int extra) {
        List<ByteBuffer> parts = new ArrayList<>();
        byte value = 0;
        for (int length : lengths) {
            // A margin on both sides: only position to limit counts.
            ByteBuffer part = ByteBuffer.allocate(length + 6);
            for (int i = 0; i < length; i++) {
                part.put(3 + i, value++);
            }
            parts.add(part.position(3).limit(3 + length));
        }
        MediaBody.Bytes whole = new MediaBody.Bytes(parts);
        byte[] bytes = concatenated(whole);
        MediaResponse part = Selection.of(
                range("bytes=" + from + "-" + (from + extra)), new MediaResponse(200, Headers.EMPTY, whole));
        if (from >= bytes.length) {
            assertThat(part.status()).isEqualTo(416);
            assertThat(part.headers().first("Content-Range")).contains("bytes */" + bytes.length);
        } else {
            assertThat(part.status()).isEqualTo(206);
            assertThat(concatenated(part.body()))
                    .isEqualTo(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + extra + 1)));
        }
        assertThat(concatenated(whole)).isEqualTo(bytes);
    }

    @Test
    void aRangeOfAFileIsAFileRegion() {
        MediaBody file = new MediaBody.FileRegion(Path.of("f"), 1000, 500);
        MediaResponse part = Selection.of(range("bytes=100-"), new MediaResponse(200, Headers.EMPTY, file));
        assertThat(part.body()).isEqualTo(new MediaBody.FileRegion(Path.of("f"), 1100, 400));
    }

    @Test
    void leavesOtherAnswersAlone() {
        FakeChunks chunks = new FakeChunks();
        MediaResponse pulled = new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(chunks, 100));
        assertThat(Selection.of(range("bytes=0-1"), pulled)).isSameAs(pulled);
        MediaResponse error = MediaResponse.error(404, "nothing");
        assertThat(Selection.of(range("bytes=0-1"), error)).isSameAs(error);
        MediaRequest post = new MediaRequest("POST", "/", "", Headers.of("Range", "bytes=0-1"), MediaBody.empty());
        MediaResponse ok = MediaResponse.ok("a/b", ByteBuffer.allocate(4));
        assertThat(Selection.of(post, ok)).isSameAs(ok);
    }

    @Test
    void closesTheBodyThatIsNotSent() {
        FakeChunks chunks = new FakeChunks();
        MediaRequest conditional = MediaRequest.get("/").withHeaders(Headers.of("If-None-Match", "\"v1\""));
        MediaResponse same = Selection.of(
                conditional, new MediaResponse(200, Headers.of("ETag", "W/\"v1\""), new MediaBody.Pulled(chunks, -1)));
        assertThat(same.status()).isEqualTo(304);
        assertThat(chunks.closed).hasValue(1);
    }
}
