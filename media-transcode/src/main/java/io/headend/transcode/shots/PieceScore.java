package io.headend.transcode.shots;

import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.transcode.quality.FramePictures;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityMeter;
import io.headend.transcode.quality.QualityReport;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Scores pieces at the source's size, as a viewer with a large screen sees them. Any number of threads, each its own piece. */
final class PieceScore {

    private final PictureSize size;
    private final AtomicLong nanos = new AtomicLong();

    /** @param size at which pictures are compared */
    PieceScore(PictureSize size) {
        this.size = size;
    }

    long nanos() {
        return nanos.get();
    }

    /** Mean VMAF of a piece, from every k-th picture. */
    double vmaf(PiecePictures pictures, CodedPiece coded, int every) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (PiecePictures.Reader reference = pictures.open(size);
                Decoded distorted = new Decoded(coded, size);
                QualityMeter meter =
                        QualityMeter.builder(Metric.VMAF).subsample(every).build()) {
            for (int i = 0; i < coded.piece().frames(); i++) {
                try (AvFrame ref = reference.next();
                        AvFrame dist = distorted.next(i % every == 0)) {
                    if (dist == null) {
                        throw new IllegalStateException("picture " + i + " of " + coded.piece() + " is missing");
                    }
                    // Between the measured pairs only the reference counts, for its motion.
                    meter.push(i, FramePictures.of(ref), FramePictures.of(i % every == 0 ? dist : ref));
                }
            }
            QualityReport report = meter.finish();
            return report.pooled(Metric.VMAF).mean();
        } finally {
            nanos.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        }
    }

    /** The pictures of an encode, scaled to the size at which they are shown. */
    private static final class Decoded implements AutoCloseable {

        private final ArrayDeque<Sample> samples;
        private final Decoder decoder;
        private final ArrayDeque<AvFrame> pictures = new ArrayDeque<>();
        private final FilterGraph scaler;
        private boolean ended;

        Decoded(CodedPiece coded, PictureSize size) {
            samples = new ArrayDeque<>(coded.read());
            String format = "scale=" + size.width() + ":" + size.height() + ":flags=bicubic,format=yuv420p";
            scaler = FilterGraph.video(format, 1);
            boolean done = false;
            try {
                decoder = Decoder.builder(coded.track()).open();
                done = true;
            } finally {
                if (!done) {
                    scaler.close();
                }
            }
        }

        /** @param shown whether it is looked at, and so is to be scaled */
        @Nullable
        AvFrame next(boolean shown) {
            while (pictures.isEmpty() && !ended) {
                Sample next = samples.poll();
                if (next == null) {
                    decoder.finish();
                    ended = true;
                } else {
                    try (Sample sample = next) {
                        decoder.send(sample);
                    }
                }
                for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
                    pictures.add(frame);
                }
            }
            AvFrame decoded = pictures.poll();
            return decoded == null || !shown ? decoded : scaled(decoded);
        }

        private AvFrame scaled(AvFrame frame) {
            scaler.send(frame);
            AvFrame result = scaler.receive(0);
            if (result == null) {
                throw new IllegalStateException("scaling a picture gave none");
            }
            return result;
        }

        @Override
        public void close() {
            samples.forEach(Sample::close);
            pictures.forEach(AvFrame::close);
            decoder.close();
            scaler.close();
        }
    }
}
