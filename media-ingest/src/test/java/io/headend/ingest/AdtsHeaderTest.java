package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdtsHeaderTest {

    // AAC-LC, 48 kHz, stereo, 10 bytes with the header.
    private static final String FRAME = "fff14c80015ffc" + "a1b2c3";

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    @Test
    void headerIsReadAndConverted() {
        AdtsHeader header = AdtsHeader.read(bytes(FRAME));
        assertThat(header).isEqualTo(new AdtsHeader(2, 3, 2, 7, 10));
        assertThat(header.audioSpecificConfig()).isEqualTo(bytes("1190"));
    }

    /** The header says 24 kHz of both; what was decoded tells them apart. */
    @ParameterizedTest
    @CsvSource({"48000, 48000", "24000, 0"})
    void bandReplicationIsSaidWhereSoundIsDecodedToTwiceTheRate(int decoded, int extension) {
        Track track = new Track(
                1, "audio-1", AudioFormat.of(CodecConfig.of(Codec.AAC, "aac"), decoded, 2), Timebase.MPEG, null);
        Recorder out = new Recorder();
        CanonicalSink canonical = new CanonicalSink(out);
        canonical.accept(new TrackInfo(track));
        canonical.accept(
                HeapSample.of(new SampleInfo(1, 0, 0, 1920, true, 0), bytes(FRAME.replace("fff14c80", "fff15880"))));
        assertThat(out.tracks()).singleElement().satisfies(info -> {
            ByteBuffer record = info.track().format().codec().record();
            assertThat(AudioSpecificConfig.parse(record).sampleRate()).isEqualTo(24_000);
            assertThat(AudioSpecificConfig.parse(record).extensionRate()).isEqualTo(extension);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fff14c80015f",
                "fff04c80015ffc",
                "00f14c80015ffca1b2c3",
                "fff14c80015ffca1b2",
                "fff14c80015ffda1b2c3",
                "fff17c80015ffca1b2c3",
                "fff14c00015ffca1b2c3",
            })
    void whatIsNoWholeFrameIsNone(String hex) {
        assertThat(AdtsHeader.read(bytes(hex))).isNull();
    }

    @Property
    void anyBytesAreAFrameOrNone(@ForAll byte[] any) {
        AdtsHeader header = AdtsHeader.read(ByteBuffer.wrap(any));
        assertThat(header == null || header.frameLength() <= any.length).isTrue();
    }

    @Test
    void trackIsDescribedByItsFirstFrameAndAgainWhenItChanges() {
        Track track = new Track(
                1, "audio-1", AudioFormat.of(CodecConfig.of(Codec.AAC, "aac"), 48_000, 2), Timebase.MPEG, null);
        Recorder out = new Recorder();
        CanonicalSink canonical = new CanonicalSink(out);
        canonical.accept(new TrackInfo(track));
        assertThat(out.tracks()).isEmpty();
        for (String hex : List.of("00", FRAME, FRAME, FRAME.replace("fff14c80", "fff14c40"))) {
            canonical.accept(HeapSample.of(new SampleInfo(1, 0, 0, 1920, true, 0), bytes(hex)));
        }
        assertThat(out.payloads)
                .hasSize(3)
                .allMatch(p -> HexFormat.of().formatHex(p).equals("a1b2c3"));
        assertThat(out.tracks())
                .extracting(i -> i.track().format().codec().record())
                .containsExactly(bytes("1190"), bytes("1188"));
        assertThat(canonical.dropped()).isEqualTo(1);
    }
}
