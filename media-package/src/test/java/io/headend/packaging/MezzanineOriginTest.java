package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class MezzanineOriginTest {

    @TempDir
    Path temporary;

    private final List<Path> film = List.of(
            SharedMedia.require("packaging/src-clips/s8_v360.mp4"),
            SharedMedia.require("packaging/src-clips/s8_a.mp4"));

    private MezzanineOrigin origin(int maxOpen) {
        return MezzanineOrigin.builder(name -> name.startsWith("film") ? film : List.of())
                .segment(Duration.ofSeconds(2))
                .maxOpen(maxOpen)
                .build();
    }

    private static MediaResponse get(MezzanineOrigin origin, String path) {
        return origin.handle(MediaRequest.get(path)).toCompletableFuture().join();
    }

    private static ByteBuffer bytes(MediaResponse response) {
        MediaBody body = response.body();
        ByteBuffer all = ByteBuffer.allocate((int) body.length());
        ((MediaBody.Bytes) body).parts().forEach(all::put);
        return all.flip();
    }

    @Test
    void segmentsAreThoseOfTheFolderThatPackageWrites() throws IOException {
        try (Mezzanine packaged = Mezzanine.builder()
                        .input(film.get(0))
                        .input(film.get(1))
                        .segment(Duration.ofSeconds(2))
                        .open();
                MezzanineOrigin origin = origin(2)) {
            packaged.write(temporary, EnumSet.of(Mezzanine.Output.HLS, Mezzanine.Output.DASH), done -> {});
            for (String file : List.of("v360/init.mp4", "v360/0.m4s", "v360/3.m4s", "audio/2.m4s", "v360/media.m3u8")) {
                MediaResponse answer = get(origin, "/film/" + file);
                assertThat(answer.status()).as(file).isEqualTo(200);
                assertThat(bytes(answer))
                        .as(file)
                        .isEqualTo(ByteBuffer.wrap(Files.readAllBytes(temporary.resolve(file))));
            }
        }
    }

    @Test
    void whatIsServedConforms() {
        try (MezzanineOrigin origin = origin(1)) {
            Conformance.Source source = path -> {
                MediaResponse answer = get(origin, "/film/" + path);
                return answer.status() == 200 ? Optional.of(bytes(answer)) : Optional.empty();
            };
            assertThat(Conformance.checkDash(source, "manifest.mpd")).isEmpty();
            // one rung, and no I-frame playlists
            assertThat(Conformance.checkHls(source, "master.m3u8"))
                    .extracting(Conformance.Violation::rule)
                    .isSubsetOf("9.9", "6.1", "6.16");
        }
    }

    @Test
    void validatorsAnswerWhatHasNotChanged() {
        try (MezzanineOrigin one = origin(1);
                MezzanineOrigin two = origin(1)) {
            String tag = get(one, "/film/v360/1.m4s").headers().first("ETag").orElseThrow();
            assertThat(get(two, "/film/v360/1.m4s").headers().first("ETag")).contains(tag);
            MediaRequest again = MediaRequest.get("/film/v360/1.m4s").withHeaders(Headers.of("If-None-Match", tag));
            assertThat(two.handle(again).toCompletableFuture().join().status()).isEqualTo(304);
        }
    }

    @Test
    void fewIndicesStayOpen() {
        try (MezzanineOrigin origin = origin(3)) {
            for (int i = 0; i < 20; i++) {
                assertThat(get(origin, "/film" + i + "/master.m3u8").status()).isEqualTo(200);
                assertThat(origin.openRecordings()).isLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void manyThreadsAskAtOnce() {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (MezzanineOrigin origin = MezzanineOrigin.builder(name -> film)
                .segment(Duration.ofSeconds(2))
                .maxOpen(2)
                .executor(pool)
                .build()) {
            List<CompletableFuture<MediaResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(origin.handle(MediaRequest.get("/film" + i % 5 + "/v360/" + i % 4 + ".m4s"))
                        .toCompletableFuture());
            }
            ByteBuffer[] first = new ByteBuffer[4];
            for (int i = 0; i < answers.size(); i++) {
                MediaResponse answer = answers.get(i).join();
                assertThat(answer.status()).isEqualTo(200);
                ByteBuffer bytes = bytes(answer);
                first[i % 4] = first[i % 4] == null ? bytes : first[i % 4];
                assertThat(bytes).isEqualTo(first[i % 4]);
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        Path broken = temporary.resolve("broken.mp4");
        Files.write(broken, new byte[100]);
        try (MezzanineOrigin origin = origin(1);
                MezzanineOrigin damaged =
                        MezzanineOrigin.builder(name -> List.of(broken)).build()) {
            for (String path : List.of(
                    "/other/master.m3u8", "/film/v360/4.m4s", "/film/v361/0.m4s", "/film/x", "/film", "/film/../x")) {
                assertThat(get(origin, path).status()).as(path).isEqualTo(404);
            }
            assertThat(get(damaged, "/film/master.m3u8").status()).isEqualTo(422);
            assertThat(damaged.openRecordings()).isZero();
            MediaRequest post = new MediaRequest("POST", "/film/x", "", Headers.EMPTY, MediaBody.empty());
            assertThat(origin.handle(post).toCompletableFuture().join().status())
                    .isEqualTo(405);
        }
        MezzanineOrigin closed = origin(1);
        closed.close();
        assertThat(get(closed, "/film/master.m3u8").status()).isEqualTo(503);
    }
}
