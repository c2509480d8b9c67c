package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.packaging.Harvest;
import io.headend.packaging.Mezzanine;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of a channel that begin and end at any picture. */
@ExtendWith(LeakExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HarvestTest {

    private static final long TICKS_PER_FRAME = 3600;

    @TempDir
    Path folder;

    private LiveChannel channel;
    private List<Long> numbers;
    private SortedMap<Long, String> live;
    private long frame;

    @BeforeAll
    void run() throws Exception {
        // B pictures and several references, so that edges are where they hurt
        EncoderSettings settings = EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(26, 900_000));
        Ladder ladder = new Ladder(
                List.of(
                        new Rendition("v144", new PictureSize(256, 144), settings),
                        new Rendition("v72", new PictureSize(128, 72), settings)),
                List.of(AudioRendition.standard()));
        channel = LiveChannel.builder(
                        Channels.spec("h").withLadder(ladder).withWindow(Duration.ofSeconds(60)),
                        Channels.source().build())
                .build();
        channel.start();
        Channels.awaitListed(channel, 5);
        numbers = Channels.shown(channel, "h", "v144", 5);
        // segments of 26 pictures; times out of FFmpeg's demuxer are two pictures late where offsets are negative
        frame = numbers.get(0) * 26;
        live = pictures(Channels.join(channel.origin(), "h", "v144", numbers), true);
    }

    @AfterAll
    void end() {
        channel.close();
    }

    private ByteBuffer get(String path) {
        try {
            return ByteBuffer.wrap(Channels.get(channel.origin(), "/h/" + path));
        } catch (MediaException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The instant of a picture of the channel, counted from the first of those listed when the tests began. */
    private Instant at(int picture) {
        long nanos = Math.multiplyExact(frame + picture, 40_000_000L);
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }

    private List<String> wanted(int begin, int end) {
        return new ArrayList<>(live.values()).subList(begin, end);
    }

    private List<byte[]> packaged(Harvest.Result result, Path to) throws Exception {
        Mezzanine.Builder builder = Mezzanine.builder().segment(result.segment());
        result.files().forEach(builder::input);
        List<byte[]> renditions = new ArrayList<>();
        try (Mezzanine film = builder.open()) {
            film.write(to, EnumSet.of(Mezzanine.Output.HLS, Mezzanine.Output.DASH), done -> {});
            for (String name : film.renditions()) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(Files.readAllBytes(to.resolve(name).resolve("init.mp4")));
                for (int i = 0; Files.exists(to.resolve(name).resolve(i + ".m4s")); i++) {
                    all.writeBytes(Files.readAllBytes(to.resolve(name).resolve(i + ".m4s")));
                }
                renditions.add(all.toByteArray());
            }
        }
        return renditions;
    }

    private void assertExact(int begin, int end) throws Exception {
        Path to = folder.resolve(begin + "-" + end);
        Harvest.Result result = Harvest.of(this::get, at(begin), at(end))
                .edges(EdgeTranscoder.lossless())
                .into(to.resolve("work"));
        assertThat(result.pictures()).isEqualTo(end - begin);
        assertThat(result.first()).isEqualTo(at(begin));
        List<byte[]> renditions = packaged(result, to.resolve("film"));
        assertThat(renditions).hasSize(3);
        SortedMap<Long, String> harvested = pictures(renditions.get(0), true);
        assertThat(harvested.values()).containsExactlyElementsOf(wanted(begin, end));
        assertThat(harvested.lastKey() - harvested.firstKey()).isEqualTo((end - begin - 1) * TICKS_PER_FRAME);
        assertThat(pictures(renditions.get(1), true)).hasSize(end - begin);
        assertSound(renditions.get(2), begin, end);
    }

    /** Frames as they were sent, the first one less than a frame behind the first picture. */
    private void assertSound(byte[] harvested, int begin, int end) throws Exception {
        SortedMap<Long, String> all = packets(Channels.join(channel.origin(), "h", "audio", numbers));
        long zero = (frame + begin) * 1920;
        SortedMap<Long, String> within = all.subMap(zero, zero + (end - begin) * 1920L);
        SortedMap<Long, String> got = packets(harvested);
        assertThat(got.values()).containsExactlyElementsOf(within.values());
        assertThat(got.firstKey()).isEqualTo(within.firstKey() - zero).isBetween(0L, 1023L);
    }

    @Test
    void decodedPicturesAreExactlyThoseOfTheChannelWhereverTheEdgesAre() throws Exception {
        assertExact(7, 93);
        assertExact(20, 88);
    }

    @Test
    void edgesOnBoundariesNeedNoEncoder() throws Exception {
        Path to = folder.resolve("boundaries");
        Harvest.Result result = Harvest.of(this::get, at(26), at(78)).into(to);
        assertThat(result.coded()).isZero();
        assertThat(pictures(Files.readAllBytes(result.files().get(0)), true).values())
                .containsExactlyElementsOf(wanted(26, 78));
        assertThatThrownBy(() -> Harvest.of(this::get, at(27), at(78)).into(folder.resolve("none")))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED));
    }

    @Test
    void oneGroupOrOnePictureCanBeCutOut() throws Exception {
        assertExact(31, 36);
        assertExact(45, 46);
    }

    @Test
    void inTheProfileOfTheRenditionEveryPictureIsThereAndThoseWithinAreTheSame() throws Exception {
        Harvest.Result result = Harvest.of(this::get, at(8), at(90))
                .edges(EdgeTranscoder.create())
                .into(folder.resolve("lossy"));
        List<String> harvested = List.copyOf(
                pictures(Files.readAllBytes(result.files().get(0)), true).values());
        assertThat(harvested).hasSize(82);
        // groups have 13 pictures: 13 to 77 are whole
        assertThat(harvested.subList(5, 70)).containsExactlyElementsOf(wanted(13, 78));
        assertThat(result.coded()).isBetween(2L * 5, 2L * (5 + 13));
    }

    @Test
    void whatTheChannelDoesNotHaveIsRefused() {
        Instant early = at(-500);
        assertThatThrownBy(() -> Harvest.of(this::get, early, at(30))
                        .edges(EdgeTranscoder.create())
                        .into(folder.resolve("early")))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND));
        assertThatThrownBy(() -> Harvest.of(this::get, at(10), at(100_000))
                        .edges(EdgeTranscoder.create())
                        .into(folder.resolve("late")))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND));
        assertThatThrownBy(() -> Harvest.of(this::get, at(10), at(10))).isInstanceOf(MediaException.class);
    }

    private static SortedMap<Long, String> pictures(byte[] file, boolean clean) throws Exception {
        SortedMap<Long, String> found = new TreeMap<>();
        try (Demuxer demuxer = demuxer(file);
                Decoder decoder = demuxer.decoder(0).open()) {
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                try (AvSample owned = sample) {
                    decoder.send(owned);
                }
                receive(decoder, found);
            }
            decoder.finish();
            receive(decoder, found);
            assertThat(decoder.errors() == 0).isEqualTo(clean);
        }
        return found;
    }

    private static void receive(Decoder decoder, SortedMap<Long, String> found) throws Exception {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            try (AvFrame owned = frame) {
                MessageDigest digest = MessageDigest.getInstance("MD5");
                for (int plane = 0; plane < owned.planes(); plane++) {
                    ByteBuffer bytes = owned.plane(plane);
                    for (int row = 0; row < owned.rows(plane); row++) {
                        digest.update(bytes.slice(row * owned.stride(plane), owned.rowBytes(plane)));
                    }
                }
                assertThat(found.put(owned.pts(), HexFormat.of().formatHex(digest.digest())))
                        .isNull();
            }
        }
    }

    private static SortedMap<Long, String> packets(byte[] file) throws Exception {
        SortedMap<Long, String> found = new TreeMap<>();
        try (Demuxer demuxer = demuxer(file)) {
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                try (AvSample owned = sample) {
                    MessageDigest digest = MessageDigest.getInstance("MD5");
                    digest.update(owned.data());
                    found.put(owned.pts(), HexFormat.of().formatHex(digest.digest()));
                }
            }
        }
        return found;
    }

    private static Demuxer demuxer(byte[] file) {
        return Demuxer.builder(java.nio.channels.Channels.newChannel(new ByteArrayInputStream(file)))
                .open();
    }
}
