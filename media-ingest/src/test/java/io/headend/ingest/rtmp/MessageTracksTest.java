package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import io.headend.testkit.RecordingSink;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Tracks and samples of every coding out of messages, and nothing out of nonsense. */
class MessageTracksTest {

    private final RecordingSink out = new RecordingSink();
    private final MessageTracks tracks = new MessageTracks(out, nanos -> nanos + 7);

    private static ByteBuffer hex(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private void give(int type, int timestamp, String hex) {
        tracks.accept(new StreamTap.Item(type, timestamp, hex(hex), 100, false));
    }

    private Track track(int id) {
        return out.tracks().stream().filter(t -> t.id() == id).findFirst().orElseThrow();
    }

    @Test
    void ac3IsDescribedByItsFirstFrame() {
        // 48 kHz, 384 kb/s, 3/2 with low frequencies
        give(8, 10, "91 61632d33 0b77 0000 1c 40 e1 e4 00 00 00 00");
        AudioFormat format = (AudioFormat) track(1).format();
        assertThat(format.codec().codec()).isEqualTo(Codec.AC3);
        assertThat(format.sampleRate()).isEqualTo(48_000);
        assertThat(format.channels()).isEqualTo(6);
        assertThat(format.codec().record().remaining()).isEqualTo(3);
        assertThat(out.samples(1).get(0).pts()).isEqualTo(10);
    }

    @Test
    void ratesThatNoPicturesHaveAreNotBelieved() {
        assertThat(FlvFormats.frameRate(25)).isEqualTo(Rational.of(25, 1));
        assertThat(FlvFormats.frameRate(29.97)).isEqualTo(Rational.of(30_000, 1001));
        assertThat(FlvFormats.frameRate(23.976)).isEqualTo(Rational.of(24_000, 1001));
        assertThat(FlvFormats.frameRate(59.94)).isEqualTo(Rational.of(60_000, 1001));
        assertThat(FlvFormats.frameRate(23.98)).isEqualTo(Rational.of(24_000, 1001));
        assertThat(FlvFormats.frameRate(12.5)).isEqualTo(Rational.of(25, 2));
        for (int whole = 1; whole <= 300; whole++) {
            assertThat(FlvFormats.frameRate(whole)).isEqualTo(Rational.of(whole, 1));
            assertThat(FlvFormats.frameRate(whole / 1.001))
                    .isEqualTo(whole == 1 ? null : Rational.of(whole * 1000, 1001));
        }
        for (double none : new double[] {0, -1, 1000, 90_000, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThat(FlvFormats.frameRate(none)).isNull();
        }
    }

    @Test
    void opusAndFlacComeWithHeaders() {
        give(8, 0, "90 4f707573 4f70757348656164 01 02 3801 80bb0000 0000 00");
        give(8, 20, "91 4f707573 fc00");
        AudioFormat opus = (AudioFormat) track(1).format();
        assertThat(opus.channels()).isEqualTo(2);
        assertThat(opus.priming()).isEqualTo(312);
        give(8, 20, "95 00 664c6143 01 664c6143 00000022 1000 1000 000000 000000 0ac442f0 00000000" + "00".repeat(16));
        AudioFormat flac = (AudioFormat) track(3).format();
        assertThat(flac.sampleRate()).isEqualTo(44_100);
        assertThat(flac.channels()).isEqualTo(2);
        assertThat(flac.codec().record().remaining()).isEqualTo(34);
        assertThat(track(3).name()).isEqualTo("audio1");
    }

    @Test
    void av1TakesItsSizeFromTheMetadata() {
        ByteBuffer metadata = Amf0.write(AmfValue.of("onMetaData"), AmfValue.object("width", 1920, "height", 1080));
        tracks.accept(new StreamTap.Item(18, 0, metadata, 0, false));
        give(9, 0, "90 61763031 81040c00 0a0b");
        VideoFormat format = (VideoFormat) track(0).format();
        assertThat(format.codec().codec()).isEqualTo(Codec.AV1);
        assertThat(format.width()).isEqualTo(1920);
        give(9, 40, "a1 61763031 1234");
        Sample sample = out.samples(0).get(0);
        assertThat(sample.sync()).isFalse();
        assertThat(sample.size()).isEqualTo(2);
        assertThat(sample.info().arrivalNanos()).isEqualTo(107);
    }

    @Test
    void nanosecondsAreRoundedToAMillisecond() {
        give(9, 0, "90 76703039 00 1f 80 02 02 02 0000");
        give(9, 40, "97 02 09eb10 01 76703039 aa");
        assertThat(out.samples(0).get(0).pts()).isEqualTo(41);
        assertThat(out.samples(0).get(0).dts()).isEqualTo(40);
        assertThat(track(0).format().codec().record().getInt(0)).isEqualTo(0x01000000);
    }

    @Test
    void pcmAndMp3AreDescribedByTheirFlags() {
        give(8, 0, "2f fffb 9064");
        assertThat(((AudioFormat) track(1).format()).sampleRate()).isEqualTo(44_100);
        assertThat(track(1).format().codec().codec()).isEqualTo(Codec.MP3);
        give(8, 10, "72 00");
        assertThat(track(1).format().codec().name()).isEqualTo("pcm_alaw");
        assertThat(((AudioFormat) track(1).format()).sampleRate()).isEqualTo(8_000);
    }

    @Test
    void picturesWithoutAHeaderAreLeftOutAndCounted() {
        give(9, 0, "17 01 000000 00000001 65");
        give(9, 0, "17 00 000000 ff");
        give(9, 0, "ff");
        assertThat(out.items()).isEmpty();
        assertThat(tracks.damaged()).isEqualTo(3);
    }

    @Test
    void aRestartIsMarkedBeforeTheFirstSample() {
        give(8, 0, "af 00 1190");
        tracks.accept(new StreamTap.Item(8, 5, hex("af 01 aa"), 0, true));
        assertThat(out.items(Discontinuity.class).get(0).cause()).isEqualTo(Discontinuity.Cause.RESTART);
        assertThat(out.items().get(2)).isInstanceOf(Sample.class);
    }

    @Property(tries = 3000)
    void anyBytesAreItemsOrNothing(@ForAll @Size(max = 80) byte[] bytes, @ForAll boolean video, @ForAll int time) {
        MessageTracks fresh = new MessageTracks(item -> item.close(), nanos -> nanos);
        for (int head : new int[] {0, 0x90, 0x17, 0xAF, 0x95, 0x96}) {
            byte[] input = bytes.clone();
            if (input.length > 0 && head != 0) {
                input[0] = (byte) head;
            }
            fresh.accept(new StreamTap.Item(video ? 9 : 8, time, ByteBuffer.wrap(input), 0, false));
            fresh.accept(new StreamTap.Item(18, time, ByteBuffer.wrap(input), 0, false));
        }
        assertThat(fresh.damaged()).isNotNegative();
    }
}
