package io.headend.ingest;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Brings one track into the form in which codings travel on the stream: describes it once the decoder configuration is known,
 * and again when that changes.
 */
abstract sealed class CanonicalTrack permits CanonicalTrack.Plain, CanonicalTrack.Adts, NalTrack {

    /** Samples that were dropped because they could not be read, or came before the configuration. */
    long dropped;

    final Track track;
    private @Nullable CodecConfig described;

    CanonicalTrack(Track track) {
        this.track = track;
    }

    static CanonicalTrack of(Track track) {
        CodecConfig config = track.format().codec();
        return switch (config.codec()) {
            case AVC, HEVC -> new NalTrack(track);
            case AAC -> config.record().hasRemaining() ? new Plain(track) : new Adts(track);
            default -> new Plain(track);
        };
    }

    /** Says at once what is known before the first sample. */
    abstract void start(StreamSink sink);

    /** Takes the sample over. */
    abstract void accept(Sample sample, StreamSink sink);

    final void describe(Track now, StreamSink sink) {
        CodecConfig config = now.format().codec();
        if (!config.equals(described)) {
            described = config;
            sink.accept(new TrackInfo(now));
        }
    }

    final boolean described() {
        return described != null;
    }

    final void drop(Sample sample) {
        dropped++;
        sample.close();
    }

    /** Gives {@code data} in the place of the sample's own payload. */
    static void replace(Sample sample, ByteBuffer data, StreamSink sink) {
        HeapSample replaced = HeapSample.of(sample.info(), data);
        sample.close();
        sink.accept(replaced);
    }

    /** Already as it should be. */
    static final class Plain extends CanonicalTrack {
        Plain(Track track) {
            super(track);
        }

        @Override
        void start(StreamSink sink) {
            describe(track, sink);
        }

        @Override
        void accept(Sample sample, StreamSink sink) {
            sink.accept(sample);
        }
    }

    /** AAC whose configuration may stand before each frame (ISO/IEC 13818-7, 6.2). */
    static final class Adts extends CanonicalTrack {
        Adts(Track track) {
            super(track);
        }

        @Override
        void start(StreamSink sink) {}

        @Override
        void accept(Sample sample, StreamSink sink) {
            ByteBuffer data = sample.data();
            AdtsHeader header = AdtsHeader.read(data);
            if (header == null) {
                drop(sample);
                return;
            }
            AudioFormat format = (AudioFormat) track.format();
            AudioSpecificConfig core = AudioSpecificConfig.parse(header.audioSpecificConfig());
            // FFmpeg has decoded a frame before it said the rate.
            boolean replicates = format.sampleRate() == 2 * core.sampleRate();
            ByteBuffer record = (replicates ? core.withReplication() : core).toBytes();
            CodecConfig config = new CodecConfig(Codec.AAC, "aac", record);
            describe(track.withFormat(format.withCodec(config)), sink);
            ByteBuffer frame = ByteBuffer.allocate(header.frameLength() - header.headerLength());
            frame.put(data.slice(data.position() + header.headerLength(), frame.capacity()))
                    .flip();
            replace(sample, frame, sink);
        }
    }
}
