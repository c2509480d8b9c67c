package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.EpochGrid;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.TrackEncryptionBox;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class RotatedRenditionTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final UUID SYSTEM = UUID.fromString("e2719d58-a985-b3c9-781a-b030af78d30e");

    private static final Pattern MAP = Pattern.compile("#EXT-X-MAP:URI=\"([^\"]+)\"");

    @TempDir
    Path folder;

    /** A new key every two segments, whose id is the number of the period. */
    private static final class Rotating implements SampleProtector {
        private long period;

        static ContentProtection of(long period) {
            ByteBuffer pssh = ByteBuffer.allocate(32).putInt(0, 32).putInt(4, 0x7073_7368);
            return new ContentProtection(
                    ProtectionScheme.CENC,
                    new UUID(0, period),
                    8,
                    ByteBuffer.allocate(0),
                    ContentProtection.Pattern.NONE,
                    List.of(new DrmSystem(SYSTEM, pssh, "https://keys.example/" + period)));
        }

        @Override
        public void beginSegment(long number) {
            period = number / 2;
        }

        @Override
        public ContentProtection protection() {
            return of(period);
        }

        @Override
        public Encryption protect(SampleInfo info, ByteBuffer data) {
            for (int i = data.position(); i < data.limit(); i++) {
                data.put(i, (byte) (data.get(i) ^ period));
            }
            return new Encryption(ByteBuffer.allocate(8).putLong(0, info.dts()), List.of());
        }
    }

    private static Packager packager(SegmentStore store, Duration part) {
        Packager.Builder builder = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .window(Duration.ofSeconds(20))
                .rendition("v", new Rotating());
        return (part.isZero() ? builder : builder.lowLatency(part)).build();
    }

    private static List<UUID> groups(ByteBuffer segment) {
        List<UUID> found = new ArrayList<>();
        for (ParsedBox box : BoxReader.read(segment)) {
            if (box.type().equals("moof")) {
                found.add(box.find("traf/sgpd")
                        .map(sgpd -> new UUID(
                                sgpd.payload().getLong(20), sgpd.payload().getLong(28)))
                        .orElse(new UUID(0, 0)));
            }
        }
        return found;
    }

    @Test
    void fragmentsAndManifestsTellTheKeyOfThePeriod() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, Duration.ZERO)) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            Presentation shown = packager.presentation().orElseThrow();
            PublishedTrack track = shown.tracks().get(0);
            assertThat(track.keysChange()).isTrue();
            assertThat(track.segments()).hasSizeGreaterThan(4);
            for (SegmentEntry entry : track.segments()) {
                long period = entry.number() / 2;
                assertThat(track.protection(entry)).isEqualTo(Rotating.of(period));
                ByteBuffer segment = Feed.segment(store, "v", entry.number());
                assertThat(groups(segment)).containsOnly(new UUID(0, period));
                assertThat(BoxReader.read(segment).stream()
                                .filter(box -> box.type().equals("moof"))
                                .flatMap(box -> box.all("pssh").stream()))
                        .hasSize(1);
            }
            String playlist = HlsWriter.media(shown, track);
            assertThat(playlist.lines().filter(line -> line.startsWith("#EXT-X-KEY")))
                    .hasSize((int) track.segments().stream()
                            .map(entry -> entry.number() / 2)
                            .distinct()
                            .count());
            assertThat(playlist)
                    .containsPattern("https://keys.example/50[^\"]*\"\\R(#.*\\R)*100.m4s\\R(#EXTINF.*\\R)101.m4s");
            String mpd = DashWriter.mpd(shown);
            assertThat(mpd)
                    .contains("mp4protection")
                    .doesNotContain("default_KID")
                    .doesNotContain("<cenc:pssh");
        }
    }

    @Test
    void playlistsNameTheInitialisationSegmentOfEachKey() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, Duration.ZERO)) {
            Origin origin = Origin.builder().build();
            origin.add("c", store.reader());
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            Presentation shown = packager.presentation().orElseThrow();
            List<String> named = maps(HlsWriter.media(shown, shown.tracks().get(0)));
            assertThat(named).hasSizeGreaterThan(2).doesNotHaveDuplicates();
            for (String name : named) {
                MediaResponse answer = get(origin, name);
                assertThat(answer.status()).isEqualTo(200);
                ByteBuffer init = ((MediaBody.Bytes) answer.body()).parts().get(0);
                assertThat(name).isEqualTo("init." + keyId(init).toString().replace("-", "") + ".mp4");
            }
            assertThat(get(origin, "init." + "0".repeat(32) + ".mp4").status()).isEqualTo(404);
            assertThat(DashWriter.mpd(shown)).contains("/init.mp4\"");
            assertThat(Conformance.check(shown, store.reader()))
                    .extracting(Conformance.Violation::rule)
                    .doesNotContain("hls.files", "8.13");
        }
    }

    private static List<String> maps(String playlist) {
        return MAP.matcher(playlist).results().map(found -> found.group(1)).toList();
    }

    private static MediaResponse get(Origin origin, String name) {
        return origin.handle(MediaRequest.get("/c/v/" + name))
                .toCompletableFuture()
                .join();
    }

    private static UUID keyId(ByteBuffer init) {
        ParsedBox entry = BoxReader.find(BoxReader.read(init), "moov")
                .flatMap(moov -> moov.find("trak/mdia/minf/stbl/stsd"))
                .orElseThrow()
                .children()
                .get(0);
        return TrackEncryptionBox.parse(entry.find("sinf/schi/tenc").orElseThrow())
                .keyId();
    }

    @Test
    void foldersHaveThemAsFilesAndLoseOldOnes() throws IOException {
        try (FileSegmentStore store = FileSegmentStore.open(folder, 12);
                Packager packager = packager(store, Duration.ZERO)) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 1_001);
            List<String> named = maps(Files.readString(folder.resolve("v/media.m3u8")));
            assertThat(named).hasSizeBetween(3, 8);
            try (Stream<Path> files = Files.list(folder.resolve("v"))) {
                assertThat(files.map(file -> file.getFileName().toString()).filter(KeyedInit::is))
                        .containsAll(named)
                        .hasSizeBetween(named.size() + 1, named.size() + SegmentWriter.AHEAD);
            }
        }
    }

    @Test
    void objectStorageHasThemAndLosesOldOnes() {
        FakeStorage storage = new FakeStorage();
        try (ObjectSegmentStore store =
                        ObjectSegmentStore.builder(storage).maxSegments(12).build();
                Packager packager = packager(store, Duration.ZERO)) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 1_001);
            PublishedTrack track =
                    packager.presentation().orElseThrow().tracks().get(0);
            List<String> named = maps(HlsWriter.media(packager.presentation().orElseThrow(), track));
            assertThat(storage.list("v/").toCompletableFuture().join().keySet().stream()
                            .map(name -> name.substring(2))
                            .filter(KeyedInit::is))
                    .containsAll(named)
                    .hasSizeBetween(named.size() + 1, named.size() + SegmentWriter.AHEAD);
        }
    }

    @Test
    void segmentsOfTheFirstPeriodNeedNoGroup() {
        Path clip = SharedMedia.require("packaging/src-clips/s8_a.mp4");
        try (Mezzanine recording = Mezzanine.builder()
                .input(clip)
                .segment(Duration.ofSeconds(1))
                .protection(name -> Optional.of(new Rotating()))
                .open()) {
            PublishedTrack track = recording.presentation().tracks().get(0);
            assertThat(track.segments()).hasSizeGreaterThan(5);
            for (SegmentEntry entry : track.segments()) {
                assertThat(track.protection(entry)).isEqualTo(Rotating.of(entry.number() / 2));
                assertThat(groups(made(recording, track.name(), entry)).get(0))
                        .isEqualTo(new UUID(0, entry.number() / 2));
            }
            assertThat(recording
                            .presentation()
                            .tracks()
                            .get(0)
                            .protection(track.segments().get(3)))
                    .isEqualTo(Rotating.of(1));
        }
    }

    private static ByteBuffer made(Mezzanine recording, String rendition, SegmentEntry entry) {
        ByteBuffer whole = ByteBuffer.allocate((int) entry.bytes() * 2);
        recording.segment(
                rendition, entry.number(), chunk -> chunk.parts().forEach(part -> whole.put(part.duplicate())));
        return whole.flip();
    }

    @Test
    void partsOfTheGrowingSegmentHaveItsKey() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, Duration.ofMillis(400))) {
            packager.sink("v").accept(new TrackInfo(Synthetic.video(GRID).track()));
            Synthetic.video(GRID).samples(packager.sink("v"), 5_000, 120);
            Presentation shown = packager.presentation().orElseThrow();
            OpenSegment open = shown.tracks().get(0).open();
            assertThat(open).isNotNull();
            assertThat(open.needs().key()).isEqualTo(Rotating.of(51));
            String playlist = HlsWriter.media(shown, shown.tracks().get(0));
            assertThat(playlist.indexOf("https://keys.example/51")).isGreaterThan(playlist.indexOf("101.m4s\n"));
            assertThat(playlist.indexOf("https://keys.example/51")).isLessThan(playlist.indexOf("102.0.m4s"));
        }
    }

    @Test
    void aRestartRemembersTheKeys() {
        List<ContentProtection> before = new ArrayList<>();
        try (FileSegmentStore store = FileSegmentStore.open(folder, 20);
                Packager packager = packager(store, Duration.ZERO)) {
            Synthetic.video(GRID).feed(packager.sink("v"), 5_000, 301);
            PublishedTrack track =
                    packager.presentation().orElseThrow().tracks().get(0);
            track.segments().forEach(entry -> before.add(track.protection(entry)));
        }
        try (FileSegmentStore store = FileSegmentStore.open(folder, 20)) {
            List<SegmentEntry> recovered =
                    store.writer().recover().orElseThrow().segments().get("v");
            assertThat(recovered).extracting(entry -> entry.layout().key()).isEqualTo(before);
        }
    }
}
