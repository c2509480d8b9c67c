package io.headend.packaging.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.headend.packaging.ObjectStorage.Attributes;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

class S3StorageTest {

    private static final Attributes TEXT = new Attributes("text/plain", "no-store");

    @TempDir
    Path folder;

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static MediaException failure(CompletionStage<?> stage) {
        try {
            join(stage);
        } catch (CompletionException e) {
            return (MediaException) e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void putsGetsListsAndDeletes() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client();
                S3Storage storage = S3Storage.builder(client, S3Server.BUCKET).build()) {
            MediaBody.Bytes two = new MediaBody.Bytes(List.of(
                    ByteBuffer.wrap("one ".getBytes(StandardCharsets.UTF_8)),
                    ByteBuffer.allocate(0),
                    ByteBuffer.wrap("two".getBytes(StandardCharsets.UTF_8))));
            join(storage.put("a/1.m4s", two, TEXT));
            join(storage.put("a/2.m4s", S3Server.bytes("x"), TEXT));
            join(storage.put("b/1.m4s", S3Server.bytes("y"), TEXT));
            assertThat(S3Server.text(client, "a/1.m4s")).isEqualTo("one two");
            assertThat(join(join(storage.get("a/1.m4s")).orElseThrow().collect(100)))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("one two");
            assertThat(join(storage.get("a/3.m4s"))).isEmpty();
            assertThat(join(storage.list("a/"))).hasSize(2).containsEntry("a/1.m4s", 7L);
            join(storage.put("a/1.m4s", S3Server.bytes("other"), TEXT));
            assertThat(S3Server.text(client, "a/1.m4s")).isEqualTo("other");
            join(storage.delete(List.of("a/1.m4s", "a/never.m4s")));
            join(storage.delete(List.of()));
            assertThat(S3Server.names(client)).containsExactly("a/2.m4s", "b/1.m4s");
        }
    }

    @Test
    void listsAndDeletesMoreThanOnePage() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client();
                S3Storage storage = S3Storage.builder(client, S3Server.BUCKET).build()) {
            List<CompletionStage<Void>> puts = new ArrayList<>();
            for (int i = 0; i < 1010; i++) {
                puts.add(storage.put("many/" + i, S3Server.bytes("x"), TEXT));
            }
            puts.forEach(S3StorageTest::join);
            assertThat(join(storage.list("many/"))).hasSize(1010);
            join(storage.delete(join(storage.list("many/")).keySet()));
            assertThat(join(storage.list("many/"))).isEmpty();
        }
    }

    @Test
    void objectsThatAreTooLargeAreNotRead() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client();
                S3Storage storage = S3Storage.builder(client, S3Server.BUCKET)
                        .maxObjectBytes(4)
                        .build()) {
            join(storage.put("four", S3Server.bytes("1234"), TEXT));
            join(storage.put("five", S3Server.bytes("12345"), TEXT));
            assertThat(join(storage.get("four"))).isPresent();
            assertThat(failure(storage.get("five")).code()).isEqualTo(MediaErrorCode.EXHAUSTED);
        }
    }

    @Test
    void aServiceThatNeverAnswersIsGivenUpInTimeAndHoldsNobodyWhoseTurnIsNotYet() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                S3Client client = S3Server.client(silent.getLocalPort(), "secret")) {
            S3Storage storage = S3Storage.builder(client, S3Server.BUCKET)
                    .concurrency(1, 2)
                    .deadline(Duration.ofMillis(600))
                    .build();
            long begin = System.nanoTime();
            CompletableFuture<Void> first =
                    storage.put("1", S3Server.bytes("x"), TEXT).toCompletableFuture();
            List<CompletionStage<Void>> more = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                more.add(storage.put("more", S3Server.bytes("x"), TEXT));
            }
            // one runs, two wait, the others are refused
            assertThat(failure(more.get(5)).code()).isEqualTo(MediaErrorCode.EXHAUSTED);
            assertThat(failure(first).code()).isEqualTo(MediaErrorCode.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            storage.close();
            // nobody waits for what will not be begun
            more.forEach(stage -> assertThat(failure(stage).code())
                    .isIn(MediaErrorCode.CLOSED, MediaErrorCode.EXHAUSTED, MediaErrorCode.TIMEOUT));
            assertThat(failure(storage.get("1")).code()).isEqualTo(MediaErrorCode.CLOSED);
        }
    }

    @Test
    void namesOfBucketsAndBoundsAreChecked() {
        try (S3Client client = S3Server.client(1, "secret")) {
            assertThatThrownBy(() -> S3Storage.builder(client, "a/b")).isInstanceOf(MediaException.class);
            S3Storage.Builder builder = S3Storage.builder(client, "bucket");
            assertThatThrownBy(() -> builder.concurrency(0, 1)).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> builder.deadline(Duration.ZERO)).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> builder.maxObjectBytes(0)).isInstanceOf(MediaException.class);
        }
    }
}
