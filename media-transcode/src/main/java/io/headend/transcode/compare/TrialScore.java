package io.headend.transcode.compare;

import io.headend.core.MediaException;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.pictures.ClipFrames;
import io.headend.transcode.quality.FramePictures;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityMeter;
import io.headend.transcode.quality.QualityReport;
import java.util.Set;
import java.util.function.IntConsumer;

/** Scores a file against its clip, picture by picture, in the calling thread. */
final class TrialScore {

    static final Set<Metric> METRICS = Set.of(Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM, Metric.PSNR);

    private TrialScore() {}

    static QualityReport run(ClipFrames reference, ClipFrames distorted, int gopFrames, IntConsumer progress) {
        try (QualityMeter meter = QualityMeter.builder(METRICS).build()) {
            long index = 0;
            while (true) {
                try (AvFrame ref = reference.next();
                        AvFrame dist = distorted.next()) {
                    if (ref == null || dist == null) {
                        if (ref != null || dist != null) {
                            throw MediaException.invalidArgument(
                                    "the clip and its encode differ in their number of pictures: "
                                            + (ref == null ? "the encode goes on" : "the encode ends") + " after "
                                            + index
                                            + "; use a file that holds every picture of the clip once");
                        }
                        return meter.finish();
                    }
                    meter.push(index, FramePictures.of(ref), FramePictures.of(dist), index % gopFrames == 0);
                    index++;
                    progress.accept(1);
                }
            }
        }
    }
}
