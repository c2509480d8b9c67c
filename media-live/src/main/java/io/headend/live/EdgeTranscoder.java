package io.headend.live;

import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.VideoEncoderBuilder;
import io.headend.packaging.EdgeEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codes the pictures at the edges of a {@link io.headend.packaging.Harvest} with FFmpeg and x264.
 *
 * <p>Without loss the pictures are those of the channel bit by bit, in a profile (High 4:4:4 Predictive) that software decoders and
 * browsers play and many devices do not. Otherwise they keep the profile of the rendition and are hardly to be told from those of the channel.
 *
 * <p><b>Threading:</b> one call at a time; nothing stays open between calls.
 */
public final class EdgeTranscoder implements EdgeEncoder {

    private static final String QUALITY = "12";

    private final boolean lossless;

    private EdgeTranscoder(boolean lossless) {
        this.lossless = lossless;
    }

    /** In the profile of the rendition. */
    public static EdgeTranscoder create() {
        return new EdgeTranscoder(false);
    }

    /** Bit by bit. */
    public static EdgeTranscoder lossless() {
        return new EdgeTranscoder(true);
    }

    @Override
    public Edge encode(Track track, List<Sample> group, long from, long to, int parameterSets) {
        Work work = new Work(track, from, to, parameterSets);
        try (work;
                Decoder decoder = Decoder.builder(track).open()) {
            for (Sample sample : group) {
                decoder.send(sample);
                work.take(decoder);
            }
            decoder.finish();
            work.take(decoder);
            if (decoder.errors() > 0) {
                throw MediaException.malformed(
                        "rendition " + track.name() + ": the pictures at the edge cannot be decoded");
            }
            return work.finish();
        }
    }

    /** One edge. */
    private final class Work implements AutoCloseable {
        private final Track track;
        private final long from;
        private final long to;
        private final int parameterSets;
        private final List<Sample> samples = new ArrayList<>();
        private @Nullable Encoder encoder;

        Work(Track track, long from, long to, int parameterSets) {
            this.track = track;
            this.from = from;
            this.to = to;
            this.parameterSets = parameterSets;
        }

        void take(Decoder decoder) {
            for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
                if (frame.pts() < from || frame.pts() >= to) {
                    frame.close();
                    continue;
                }
                Encoder open = encoder;
                if (open == null) {
                    open = openFor(frame);
                    encoder = open;
                    open.send(frame, Encoder.Hints.KEY_FRAME);
                } else {
                    open.send(frame);
                }
                drain(open);
            }
        }

        /** Closes the frame where it fails. */
        private Encoder openFor(AvFrame frame) {
            try {
                return open(frame);
            } catch (RuntimeException e) {
                frame.close();
                throw e;
            }
        }

        private Encoder open(AvFrame frame) {
            VideoFormat format = (VideoFormat) track.format();
            Rational rate = format.frameRate() == null ? Rational.of(25, 1) : format.frameRate();
            VideoEncoderBuilder builder = Encoder.video("libx264")
                    .size(new PictureSize(frame.width(), frame.height()))
                    .frameRate(rate)
                    .timebase(track.timebase())
                    .pixelFormat(frame.pixelFormat())
                    .sampleAspectRatio(frame.sampleAspectRatio())
                    .color(frame.color())
                    .bFrames(0)
                    .option("preset", "medium")
                    .parameter("sps-id", Integer.toString(parameterSets))
                    .parameter("keyint", "infinite")
                    .parameter("scenecut", "0");
            if (lossless) {
                return builder.option("qp", "0").open();
            }
            String profile = profile(format.codec().record());
            return (profile.isEmpty() ? builder : builder.option("profile", profile))
                    .option("crf", QUALITY)
                    .open();
        }

        private static String profile(ByteBuffer avcC) {
            return switch (avcC.remaining() > 1 ? avcC.get(avcC.position() + 1) & 0xFF : 0) {
                case 66 -> "baseline";
                case 77 -> "main";
                case 100 -> "high";
                default -> "";
            };
        }

        private void drain(Encoder open) {
            Timebase timebase = open.timebase();
            for (AvSample sample = open.receive(); sample != null; sample = open.receive()) {
                try (AvSample owned = sample) {
                    ByteBuffer copy = ByteBuffer.allocate(owned.size()).put(owned.data());
                    SampleInfo info = owned.info();
                    long pts = timebase.convert(info.pts(), track.timebase());
                    long length = timebase.convert(info.duration(), track.timebase());
                    samples.add(HeapSample.of(info.withTimes(pts, pts, length), copy.flip()));
                }
            }
        }

        Edge finish() {
            Encoder open = encoder;
            if (open == null) {
                throw MediaException.malformed("rendition " + track.name() + ": there is no picture at the edge");
            }
            open.finish();
            drain(open);
            return new Edge(open.format().codec().record(), samples);
        }

        @Override
        public void close() {
            if (encoder != null) {
                encoder.close();
            }
        }
    }
}
