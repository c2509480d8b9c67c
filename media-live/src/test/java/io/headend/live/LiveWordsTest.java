package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The words of a source, in the subtitles of its channel. */
@ExtendWith(LeakExtension.class)
class LiveWordsTest {

    private static final Track TEXT =
            new Track(9, "text", new TextFormat(CodecConfig.of(Codec.OTHER_TEXT, "subrip")), Timebase.MILLIS, "en");

    /** Synthetic pictures and sound, with a cue in each second of pictures. */
    private static StreamSource talking() {
        StreamSource pictures = Channels.source().build();
        return new StreamSource() {
            @Override
            public void run(StreamSink sink) {
                talk(pictures, sink);
            }

            @Override
            public void close() {
                pictures.close();
            }
        };
    }

    private static void talk(StreamSource pictures, StreamSink sink) {
        long[] next = {Long.MIN_VALUE};
        Track[] video = {null};
        pictures.run(item -> {
            if (item instanceof TrackInfo info && info.track().kind() == Codec.Kind.VIDEO) {
                video[0] = info.track();
                sink.accept(new TrackInfo(TEXT));
            }
            if (item instanceof Sample sample && video[0] != null && sample.trackId() == video[0].id()) {
                long at = video[0].timebase().convert(sample.pts(), Timebase.MILLIS);
                next[0] = next[0] == Long.MIN_VALUE ? at : next[0];
                if (at >= next[0]) {
                    SampleInfo info = new SampleInfo(9, at + 100, at + 100, 600, true, SampleInfo.NO_ARRIVAL);
                    byte[] words = ("words of " + at).getBytes(StandardCharsets.UTF_8);
                    sink.accept(HeapSample.of(info, ByteBuffer.wrap(words)));
                    next[0] += 1000;
                }
            }
            sink.accept(item);
        });
    }

    @Test
    void areInTheSegmentsOfItsPictures() throws Exception {
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("talk").withSubtitles("en"), talking())
                .build()) {
            channel.start();
            Channels.awaitListed(channel, 3);
            List<Long> numbers = Channels.shown(channel, "talk", "v144", 3);
            for (long number : numbers) {
                String text = new String(
                        Channels.get(channel.origin(), "/talk/text/" + number + ".vtt"), StandardCharsets.UTF_8);
                assertThat(text).contains("words of ").contains(" --> ");
            }
            assertThat(channel.subtitles()).isPresent();
        }
    }
}
