package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/ /",
                "/a/b.m4s /a/b.m4s",
                "/a//b /a/b",
                "//etc/passwd /etc/passwd",
                "/a/./b/../c /a/c",
                "/a/.. /",
                "/a/b/.. /a/",
                "/a/. /a/",
                "/a/ /a/",
                "/%e2%82%ac.mpd /€.mpd",
                "/%252e%252e/a /%2e%2e/a",
                "/.../..a /.../..a",
                "http://host:1/a /a",
                "HTTPS://host /",
            })
    void normalises(String target, String path) {
        assertThat(RequestTarget.parse(target)).isEqualTo(new RequestTarget(path, ""));
    }

    @Test
    void keepsTheQueryAsItCame() {
        assertThat(RequestTarget.parse("/a?x=%2e%2e/&y=??")).isEqualTo(new RequestTarget("/a", "x=%2e%2e/&y=??"));
        assertThat(RequestTarget.parse("http://host?q")).isEqualTo(new RequestTarget("/", "q"));
    }

    @Test
    void refusesFragments() {
        assertThatThrownBy(() -> RequestTarget.parse("/a#b"))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }

    @Property(tries = 20_000)
    void neverLeavesTheRoot(@ForAll("targets") String target) {
        RequestTarget parsed;
        try {
            parsed = RequestTarget.parse(target);
        } catch (MediaException e) {
            assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
            return;
        }
        String path = parsed.path();
        assertThat(path).startsWith("/").doesNotContain("//", "\\", "\u0000");
        assertThat(path.split("/")).doesNotContain(".", "..");
        Path root = Path.of("/srv/media");
        assertThat(root.resolve(path.substring(1)).normalize()).startsWithRaw(root);
        // Escaped again it means the same: normalising is idempotent.
        String again = URI.create("http://h").resolve(escaped(path)).getRawPath();
        assertThat(RequestTarget.parse(again).path()).isEqualTo(path);
    }

    private static String escaped(String path) {
        StringBuilder out = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            out.append(b == '/' ? "/" : String.format("%%%02x", b & 0xFF));
        }
        return out.toString();
    }

    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> piece = Arbitraries.of(
                "/", "/", "..", ".", "a", "b.m4s", "%2e", "%2E", "%2f", "%5c", "\\", "%", "%c3%a9", "%00", "%25", "?",
                ":");
        Arbitrary<String> wild = Arbitraries.strings().ascii().ofMaxLength(3);
        return Arbitraries.oneOf(piece, piece, piece, wild)
                .list()
                .ofMaxSize(12)
                .map(pieces -> "/" + String.join("", pieces));
    }

    @Property
    void anyTextIsAnsweredOrRefused(@ForAll String target) {
        try {
            assertThat(RequestTarget.parse(target).path()).startsWith("/");
        } catch (MediaException e) {
            assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
        }
    }
}
