package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.SegmentProtector;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A channel whose segments are encrypted as wholes. */
@ExtendWith(LeakExtension.class)
class WholeSegmentsTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    @TempDir
    Path folder;

    /** Flips every bit and fills up the last block; another key for every second segment; none for some. */
    record Inverting(Set<Long> without) implements SegmentProtector {

        @Override
        public Key key(long number) {
            if (without.contains(number)) {
                throw new MediaException(MediaErrorCode.NOT_FOUND, "There is no key.");
            }
            return new Key("AES-128", "https://keys.example/" + number / 2, "", "", "", "");
        }

        @Override
        public ByteBuffer protect(long number, List<ByteBuffer> clear) {
            int size = clear.stream().mapToInt(ByteBuffer::remaining).sum();
            ByteBuffer out = ByteBuffer.allocate(size + 16 - size % 16);
            clear.forEach(part -> {
                for (int i = part.position(); i < part.limit(); i++) {
                    out.put((byte) ~part.get(i));
                }
            });
            byte left = (byte) out.remaining();
            while (out.hasRemaining()) {
                out.put(left);
            }
            return out.flip();
        }

        @Override
        public ByteBuffer inForm(Key key, long number, ByteBuffer encrypted, UnaryOperator<ByteBuffer> form) {
            assertThat(key).isEqualTo(key(number));
            ByteBuffer clear = ByteBuffer.allocate(encrypted.remaining() - encrypted.get(encrypted.limit() - 1));
            for (int i = 0; i < clear.capacity(); i++) {
                clear.put(i, (byte) ~encrypted.get(encrypted.position() + i));
            }
            return protect(number, List.of(form.apply(clear)));
        }
    }

    private static Packager packager(SegmentStore store, Set<Long> without) {
        return Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .window(Duration.ofSeconds(20))
                .chunk(Duration.ofMillis(400))
                .rendition("v", new Inverting(without))
                .build();
    }

    private static MediaResponse get(Origin origin, String path) {
        return origin.handle(MediaRequest.get("/c/" + path))
                .toCompletableFuture()
                .join();
    }

    @Test
    void theStoreHasNoClearSegmentAndPlaylistsNameTheKeyOfEach() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                HeapSegmentStore clearStore = HeapSegmentStore.builder().build();
                Packager packager = packager(store, Set.of());
                Packager clear = Packager.builder(clearStore)
                        .policy(SegmentationPolicy.live(GRID))
                        .window(Duration.ofSeconds(20))
                        .chunk(Duration.ofMillis(400))
                        .rendition("v")
                        .build()) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            Synthetic.video(GRID).feed(clear.sink("v"), 5_000, 301);
            Presentation shown = packager.presentation().orElseThrow();
            List<SegmentEntry> entries = shown.tracks().get(0).segments();
            assertThat(entries).hasSizeGreaterThan(4);
            for (SegmentEntry entry : entries) {
                ByteBuffer plain = Feed.segment(clearStore, "v", entry.number());
                ByteBuffer kept = Feed.segment(store, "v", entry.number());
                assertThat(kept).isEqualTo(new Inverting(Set.of()).protect(entry.number(), List.of(plain)));
                assertThat(entry.bytes()).isEqualTo(kept.remaining()).isGreaterThan(plain.remaining());
            }
            String playlist = HlsWriter.media(shown, shown.tracks().get(0));
            assertThat(playlist)
                    .contains("#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys.example/50\"\n")
                    .contains("#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys.example/51\"\n");
            assertThat(playlist.indexOf("#EXT-X-MAP")).isLessThan(playlist.indexOf("#EXT-X-KEY"));
            assertThat(Conformance.check(shown, store.reader()))
                    .extracting(Conformance.Violation::rule)
                    .isSubsetOf("6.1", "6.16", "9.9"); // one rung, and no picture by itself
        }
    }

    @Test
    void thereIsNoMpdAndNoPictureByItself() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, Set.of())) {
            Origin origin = Origin.builder().build();
            origin.add("c", store.reader());
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            assertThat(get(origin, "master.m3u8").status()).isEqualTo(200);
            assertThat(get(origin, "v/init.mp4").status()).isEqualTo(200);
            for (String path : List.of("manifest.mpd", "manifest.mpp", "v/iframes.m3u8", "v/100.0.m4s")) {
                assertThat(get(origin, path).status()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void aSegmentWithoutItsKeyIsAGap() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, Set.of(102L))) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            Presentation shown = packager.presentation().orElseThrow();
            assertThat(shown.tracks().get(0).segments())
                    .extracting(SegmentEntry::number)
                    .contains(101L, 103L)
                    .doesNotContain(102L);
            assertThat(store.reader()
                            .awaitSegment("v", 102, Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .isEmpty();
            assertThat(HlsWriter.media(shown, shown.tracks().get(0))).contains("#EXT-X-GAP");
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build()) {
            Packager.Builder one = Packager.builder(store)
                    .policy(SegmentationPolicy.live(GRID))
                    .rendition("v", new Inverting(Set.of()));
            assertThatThrownBy(() -> one.lowLatency(Duration.ofMillis(200)).build())
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("has no parts");
            Packager.Builder mixed = Packager.builder(store)
                    .policy(SegmentationPolicy.live(GRID))
                    .rendition("v", new Inverting(Set.of()))
                    .rendition("audio");
            assertThatThrownBy(mixed::build)
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("all renditions so, or none");
        }
    }

    @Test
    void aRestartRemembersTheKeys() {
        List<List<Key>> before;
        try (FileSegmentStore store = FileSegmentStore.open(folder, 20);
                Packager packager = packager(store, Set.of())) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            before = packager.presentation().orElseThrow().tracks().get(0).segments().stream()
                    .map(entry -> entry.layout().hlsKeys())
                    .toList();
            assertThat(Files.exists(folder.resolve("manifest.mpd"))).isFalse();
        }
        try (FileSegmentStore store = FileSegmentStore.open(folder, 20)) {
            List<SegmentEntry> recovered =
                    store.writer().recover().orElseThrow().segments().get("v");
            assertThat(recovered).hasSizeGreaterThan(3);
            assertThat(recovered).extracting(entry -> entry.layout().hlsKeys()).isEqualTo(before);
        }
    }
}
