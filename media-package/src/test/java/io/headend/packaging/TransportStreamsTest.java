package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.ContentProtection;
import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.hls.SegmentProtector;
import io.headend.formats.mpegts.TsPacket;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceInsert;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A live channel as HLS with transport streams, out of what the origin answers. */
@ExtendWith(LeakExtension.class)
class TransportStreamsTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final long START = 1_795_348_800L;
    private static final long K = START / 2;

    private final Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), START);
    private final Clips.Clip audio = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), START);
    private final List<HeapSegmentStore> stores = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(HeapSegmentStore::close);
    }

    private HeapSegmentStore store() {
        HeapSegmentStore store = HeapSegmentStore.builder().build();
        stores.add(store);
        return store;
    }

    private static Packager packager(SegmentStore store) {
        return Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v360")
                .rendition("audio")
                .build();
    }

    private static Origin origin(SegmentStore store) {
        Origin origin = Origin.builder()
                .transportStreams(true)
                .patience(Duration.ofSeconds(5))
                .build();
        origin.add("one", store.reader());
        return origin;
    }

    private static void feed(StreamSink sink, Clips.Clip clip, int from, Cue... cues) {
        sink.accept(new TrackInfo(clip.track()));
        for (Cue cue : cues) {
            sink.accept(cue);
        }
        clip.samples().subList(from, clip.samples().size()).forEach(sample -> sink.accept(sample.retain()));
        sink.accept(new EndOfStream());
    }

    /** The clip as a channel, from the given sample on. */
    private Origin channel(int from, Cue... cues) {
        HeapSegmentStore store = store();
        try (Packager packager = packager(store)) {
            feed(packager.sink("v360"), video, from, cues);
            feed(packager.sink("audio"), audio, 0);
            packager.finish();
        }
        return origin(store);
    }

    private static MediaResponse get(Origin origin, String path) {
        return origin.handle(MediaRequest.get("/one/" + path))
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }

    private static ByteBuffer bytes(Origin origin, String path) {
        MediaResponse response = get(origin, path);
        assertThat(response.status()).as(path).isEqualTo(200);
        return Feed.bytes(new StoredObject(response.body(), ""));
    }

    private static String text(Origin origin, String path) {
        return StandardCharsets.UTF_8.decode(bytes(origin, path)).toString();
    }

    private static List<ByteBuffer> segments(Origin origin, String rendition) {
        return Pattern.compile("^\\d+\\.ts$", Pattern.MULTILINE)
                .matcher(text(origin, rendition + "/media-ts.m3u8"))
                .results()
                .map(found -> bytes(origin, rendition + "/" + found.group()))
                .toList();
    }

    private static List<TsPacket> packets(List<ByteBuffer> segments) {
        List<TsPacket> packets = new ArrayList<>();
        for (ByteBuffer segment : segments) {
            for (int at = 0; at < segment.limit(); at += TsPacket.SIZE) {
                TsPacket packet = TsPacket.read(segment, at);
                assertThat(packet).isNotNull();
                packets.add(packet);
            }
        }
        return packets;
    }

    private static void assertCountersGoOn(List<ByteBuffer> segments) {
        Map<Integer, Integer> counters = new HashMap<>();
        for (TsPacket packet : packets(segments)) {
            Integer before = counters.get(packet.pid());
            if (packet.hasPayload()) {
                if (before != null) {
                    assertThat(packet.continuityCounter())
                            .as("PID %d", packet.pid())
                            .isEqualTo(before + 1 & 15);
                }
                counters.put(packet.pid(), packet.continuityCounter());
            }
        }
        assertThat(counters.keySet()).contains(0, 0x1000, 0x100);
    }

    @Test
    void listsTheSameNumbersAtTheSameTimes() {
        Origin origin = channel(0);
        String plain = text(origin, "v360/media.m3u8");
        String streams = text(origin, "v360/media-ts.m3u8");
        assertThat(streams)
                .isEqualTo(plain.replaceAll("#EXT-X-MAP.*\n", "")
                        .replace(".m4s", ".ts")
                        .replace("VERSION:6", "VERSION:3"))
                .contains("#EXT-X-PROGRAM-DATE-TIME");
        assertThat(text(origin, "master-ts.m3u8"))
                .contains("v360/media-ts.m3u8", "URI=\"audio/media-ts.m3u8\"")
                .doesNotContain("media.m3u8");
        assertThat(get(origin, "v360/" + (K - 1) + ".ts").status()).isEqualTo(404);
        assertThat(get(origin, "nothing/" + K + ".ts").status()).isEqualTo(404);
        assertThat(get(origin, "v360/" + K + ".ts").headers().first("Content-Type"))
                .contains("video/mp2t");
    }

    @Test
    void ffmpegDecodesTheWholePlaylistToTheSamePictures() {
        Origin origin = channel(0);
        try (FfmpegMessages messages = new FfmpegMessages()) {
            List<ByteBuffer> made = segments(origin, "v360");
            assertThat(made).hasSize(3);
            assertCountersGoOn(made);
            Clips.Verdict verdict = Clips.judge(made);
            assertThat(verdict.errors()).isZero();
            assertThat(verdict.frames()).isEqualTo(150);
            assertThat(verdict.pictures())
                    .isEqualTo(Clips.judge(video).pictures().subList(0, 150));
            assertThat(ticks(verdict.clip())).isEqualTo(ticks(video).subList(0, 150));
            List<ByteBuffer> sound = segments(origin, "audio");
            assertCountersGoOn(sound);
            assertThat(Clips.judge(sound).errors()).isZero();
            assertThat(messages.warnings()).isEmpty();
        }
    }

    @Test
    void firstPicturesCanBeFetchedAlone() {
        Origin origin = channel(0);
        assertThat(text(origin, "v360/iframes-ts.m3u8"))
                .contains("#EXT-X-I-FRAMES-ONLY", K + ".i.ts", (K + 2) + ".i.ts");
        assertThat(text(origin, "master-ts.m3u8")).contains("URI=\"v360/iframes-ts.m3u8\"");
        ByteBuffer picture = bytes(origin, "v360/" + (K + 1) + ".i.ts");
        Clips.Verdict verdict = Clips.judge(List.of(picture));
        assertThat(verdict.errors()).isZero();
        assertThat(verdict.frames()).isEqualTo(1);
        assertThat(get(origin, "audio/iframes-ts.m3u8").status()).isEqualTo(404);
    }

    private static List<Long> ticks(Clips.Clip clip) {
        long first = clip.samples().get(0).pts();
        return clip.samples().stream()
                .map(Sample::pts)
                .map(pts -> clip.track().timebase().convert(pts - first, Timebase.MPEG))
                .toList();
    }

    @Test
    void noDecodingTimeIsBehindItsPresentation() {
        HeapSegmentStore store = store();
        try (Packager packager = packager(store)) {
            feed(packager.sink("v360"), video, 0);
            feed(packager.sink("audio"), audio, 0);
            packager.finish();
        }
        Presentation listed = store.reader().presentation().orElseThrow();
        PublishedTrack track = listed.tracks().get(0);
        long last = Long.MIN_VALUE;
        for (SegmentEntry entry : track.segments()) {
            ByteBuffer init =
                    Feed.bytes(store.reader().init("v360", entry.init()).orElseThrow());
            ByteBuffer body = Feed.segment(store, "v360", entry.number());
            for (Sample sample : SegmentSamples.of(Inits.track(init).defaults(), body)
                    .decodedAhead(track.track())
                    .samples()) {
                assertThat(sample.dts()).isGreaterThan(last).isLessThanOrEqualTo(sample.pts());
                last = sample.dts();
            }
        }
    }

    @Test
    void whoBeganLaterMakesTheSameBytes() {
        Origin first = channel(0);
        Origin second = channel(20);
        for (long k = K + 1; k < K + 3; k++) {
            assertThat(bytes(second, "v360/" + k + ".ts")).isEqualTo(bytes(first, "v360/" + k + ".ts"));
            assertThat(bytes(second, "audio/" + k + ".ts")).isEqualTo(bytes(first, "audio/" + k + ".ts"));
        }
        // one pipeline, then the other
        List<ByteBuffer> mixed =
                List.of(bytes(first, "v360/" + (K + 1) + ".ts"), bytes(second, "v360/" + (K + 2) + ".ts"));
        assertCountersGoOn(mixed);
        assertThat(Clips.judge(mixed).errors()).isZero();
    }

    @Test
    void splicesAndTagsAreInTheSegmentsAndCountOn() {
        long time = (START + 3) * 90_000;
        Timestamp at = Timestamp.of(time, Timebase.MPEG);
        ByteBuffer section = SpliceInfoSection.of(SpliceInsert.out(7, time & 0x1FFFFFFFFL, null))
                .toBytes();
        Cue splice = new Cue(SpliceInfoSection.SCHEME_ID_URI, "7", at, null, section);
        Cue tag = new Cue(
                TsMuxer.ID3_SCHEME,
                "",
                at,
                null,
                ByteBuffer.wrap("ID3 a tag of some bytes".getBytes(StandardCharsets.US_ASCII)));
        List<ByteBuffer> made = segments(channel(0, splice, tag, splice), "v360");
        assertCountersGoOn(made);
        Map<Integer, Long> counts = new HashMap<>();
        packets(made).forEach(packet -> counts.merge(packet.pid(), 1L, Long::sum));
        assertThat(counts).containsEntry(0x1F0, 16L).containsEntry(0x1F1, 16L);
        TsPacket first = packets(made).stream()
                .filter(packet -> packet.pid() == 0x1F0)
                .findFirst()
                .orElseThrow();
        assertThat(first.payloadUnitStart()).isTrue();
        assertThat(Clips.judge(made).errors()).isZero();
    }

    @Test
    void aDiscontinuityIsInThePlaylistAndInThePackets() {
        HeapSegmentStore store = store();
        try (Packager packager = packager(store)) {
            StreamSink sink = packager.sink("v360");
            sink.accept(new TrackInfo(video.track()));
            video.samples().subList(0, 100).forEach(sample -> sink.accept(sample.retain()));
            sink.accept(new Discontinuity(
                    Discontinuity.Cause.RESTART,
                    Timestamp.of((START + 4) * 90_000, Timebase.MPEG),
                    Timestamp.of(0, Timebase.MPEG)));
            video.samples().subList(100, 200).forEach(sample -> sink.accept(sample.retain()));
            sink.accept(new EndOfStream());
            feed(packager.sink("audio"), audio, 0);
            packager.finish();
        }
        Origin origin = origin(store);
        for (String rendition : List.of("v360", "audio")) {
            assertThat(text(origin, rendition + "/media-ts.m3u8"))
                    .containsPattern("#EXT-X-DISCONTINUITY\n(#.*\n)*" + (K + 2) + "\\.ts");
            assertThat(packets(List.of(bytes(origin, rendition + "/" + (K + 2) + ".ts"))))
                    .filteredOn(TsPacket::discontinuity)
                    .hasSize(1);
            assertThat(packets(List.of(bytes(origin, rendition + "/" + (K + 1) + ".ts"))))
                    .noneMatch(TsPacket::discontinuity);
        }
    }

    @Test
    void theAuthoringRulesHold() {
        Origin origin = channel(0);
        Conformance.Source source = path -> {
            MediaResponse response = get(origin, path);
            return response.status() == 200
                    ? Optional.of(Feed.bytes(new StoredObject(response.body(), "")))
                    : Optional.empty();
        };
        // one rung is no ladder
        assertThat(Conformance.checkHls(source, "master-ts.m3u8"))
                .filteredOn(violation -> !violation.rule().equals("9.9"))
                .isEmpty();
    }

    @Test
    void whatIsEncryptedOrNotAskedForIsNotThere() {
        HeapSegmentStore store = store();
        try (Packager packager = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v360", protector())
                .build()) {
            feed(packager.sink("v360"), video, 0);
            packager.finish();
        }
        assertThat(get(origin(store), "master-ts.m3u8").status()).isEqualTo(404);
        assertThat(get(origin(store), "v360/" + K + ".ts").status()).isEqualTo(404);
        Origin plain = Origin.of("one", store.reader());
        assertThat(get(plain, "master-ts.m3u8").status()).isEqualTo(404);
        assertThat(get(plain, "v360/" + K + ".ts").status()).isEqualTo(404);
    }

    private static FakeProtector protector() {
        return new FakeProtector(new ContentProtection(
                ProtectionScheme.CBCS,
                new UUID(1, 2),
                0,
                ByteBuffer.wrap(new byte[16]),
                ContentProtection.Pattern.ONE_IN_TEN,
                List.of()));
    }

    @Test
    void whatIsEncryptedAsAWholeIsSoInTransportStreamsWithTheSameKeys() {
        SegmentProtector protector = new WholeSegmentsTest.Inverting(Set.of());
        HeapSegmentStore store = store();
        Packager.Builder building = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v360", protector)
                .rendition("audio", protector);
        try (Packager packager = building.build()) {
            feed(packager.sink("v360"), video, 0);
            feed(packager.sink("audio"), audio, 0);
            packager.finish();
        }
        Origin clear = channel(0);
        Origin encrypted = Origin.builder().transportStreams(true).build();
        encrypted.add("one", store.reader(), rendition -> Optional.of(protector));
        String playlist = text(encrypted, "v360/media-ts.m3u8");
        assertThat(playlist)
                .contains("#EXT-X-KEY:METHOD=AES-128,URI=\"" + protector.key(K).uri() + "\"");
        assertThat(text(encrypted, "master-ts.m3u8")).doesNotContain("iframes");
        assertThat(get(encrypted, "v360/" + K + ".i.ts").status()).isEqualTo(404);
        for (String rendition : List.of("v360", "audio")) {
            assertThat(segments(encrypted, rendition)).hasSameSizeAs(segments(clear, rendition));
            for (long k = K; k < K + segments(clear, rendition).size(); k++) {
                ByteBuffer plain = bytes(clear, rendition + "/" + k + ".ts");
                assertThat(bytes(encrypted, rendition + "/" + k + ".ts"))
                        .isEqualTo(protector.protect(k, List.of(plain)));
            }
        }
        Origin withoutKeys = Origin.builder().transportStreams(true).build();
        withoutKeys.add("one", store.reader());
        assertThat(get(withoutKeys, "master-ts.m3u8").status()).isEqualTo(404);
        assertThat(get(withoutKeys, "v360/" + K + ".ts").status()).isEqualTo(404);
    }

    @Test
    void estimatesAreNotFarFromWhatIsMade() {
        Origin origin = channel(0);
        String master = text(origin, "master-ts.m3u8");
        long said = Long.parseLong(master.replaceFirst("(?s).*?AVERAGE-BANDWIDTH=(\\d+).*", "$1"));
        long video = segments(origin, "v360").stream()
                .mapToLong(ByteBuffer::remaining)
                .sum();
        long audio = segments(origin, "audio").stream()
                .mapToLong(ByteBuffer::remaining)
                .sum();
        assertThat(said).isBetween((video + audio) * 8 / 6, (video + audio) * 8 / 6 * 11 / 10);
    }

    @Test
    void damagedSegmentsAreOneError() {
        HeapSegmentStore store = store();
        try (Packager packager = packager(store)) {
            feed(packager.sink("v360"), video, 0);
            feed(packager.sink("audio"), audio, 0);
            packager.finish();
        }
        ByteBuffer init = Feed.bytes(store.reader().init("v360", "init.mp4").orElseThrow());
        ByteBuffer body = Feed.segment(store, "v360", K);
        PublishedTrack track =
                store.reader().presentation().orElseThrow().tracks().get(0);
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> SegmentSamples.of(Inits.track(init).defaults(), body.slice(0, 4_000)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }
}
