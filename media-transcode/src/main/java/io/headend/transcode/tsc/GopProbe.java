package io.headend.transcode.tsc;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Picture;
import io.headend.transcode.quality.QualityMeter;
import io.headend.transcode.quality.QualityReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encodes the first pictures of a group with x264's fastest preset: at half the size to learn what the group will cost, at
 * their own size to learn how good it will look. One thread.
 */
public final class GopProbe implements AutoCloseable {

    private static final Timebase TICKS = Timebase.hz(25);
    private static final Rational RATE = Rational.of(25, 1);
    private static final int LEAST_SIDE = 32;
    // The last ones: those right after the key picture are not typical.
    private static final int SCORED = 5;
    private static final int LEAST_SCORED = SCORED + 3;

    private final FilterGraph half;
    private final FilterGraph whole;

    /** @param full size of the pictures that are probed */
    public GopProbe(PictureSize full) {
        half = FilterGraph.video(
                "scale=" + side(full.width()) + ":" + side(full.height()) + ":flags=area,format=yuv420p", 1);
        whole = FilterGraph.video("format=yuv420p", 1);
    }

    private static int side(int full) {
        return Math.max(LEAST_SIDE, full / 4 * 2);
    }

    /** Half-size handles of the pictures, the caller's to close. */
    public List<AvFrame> halve(List<AvFrame> pictures) {
        return through(half, pictures);
    }

    /** Handles of the pictures with 8 bits and their own size, the caller's to close. */
    public List<AvFrame> whole(List<AvFrame> pictures) {
        return through(whole, pictures);
    }

    private static List<AvFrame> through(FilterGraph filter, List<AvFrame> pictures) {
        List<AvFrame> made = new ArrayList<>();
        try {
            for (AvFrame picture : pictures) {
                filter.send(picture.retain());
                AvFrame out = filter.receive(0);
                if (out != null) {
                    made.add(out);
                }
            }
            return made;
        } catch (RuntimeException e) {
            made.forEach(AvFrame::close);
            throw e;
        }
    }

    /** Whether so many pictures are enough to score some. */
    static boolean scores(int pictures) {
        return pictures >= LEAST_SCORED;
    }

    /**
     * @param pictures of {@link #halve} or {@link #whole}, in order, at least one
     * @param factor constant rate factor
     * @param scored whether to measure how they look; needs eight of them
     */
    public ProbeResult run(List<AvFrame> pictures, double factor, boolean scored) {
        long first = 0;
        long rest = 0;
        Map<Long, AvFrame> decoded = new TreeMap<>();
        boolean measured = scored && scores(pictures.size());
        PictureSize size =
                new PictureSize(pictures.get(0).width(), pictures.get(0).height());
        try (Encoder encoder = open(size, factor, measured)) {
            for (int i = 0; i < pictures.size(); i++) {
                encoder.send(pictures.get(i).withPts(i, TICKS));
                AvSample next = encoder.receive();
                while (next != null) {
                    try (AvSample sample = next) {
                        long number = sample.info().pts();
                        if (number == 0) {
                            first += sample.size();
                        } else {
                            rest += sample.size();
                        }
                        AvFrame picture = encoder.receiveReconstruction();
                        if (picture != null) {
                            if (number >= pictures.size() - SCORED) {
                                decoded.put(number, picture);
                            } else {
                                picture.close();
                            }
                        }
                    }
                    next = encoder.receive();
                }
            }
            encoder.finish();
            AvSample late = encoder.receive();
            while (late != null) {
                rest += late.size();
                late.close();
                late = encoder.receive();
            }
            double samples = (double) size.width() * size.height();
            int others = pictures.size() - 1;
            ProbeResult bits = new ProbeResult(
                    8 * first / samples, others == 0 ? 0 : 8 * rest / samples / others, Double.NaN, Double.NaN);
            return decoded.isEmpty() ? bits : score(bits, pictures, decoded);
        } finally {
            decoded.values().forEach(AvFrame::close);
        }
    }

    private static Encoder open(PictureSize size, double factor, boolean reconstruction) {
        return Encoder.video("libx264")
                .size(size)
                .timebase(TICKS)
                .frameRate(RATE)
                .threads(1)
                .option("preset", "ultrafast")
                .option("crf", Double.toString(factor))
                .parameter("keyint", "infinite")
                .parameter("scenecut", "0")
                // Without look-ahead every picture comes back at once.
                .parameter("rc-lookahead", "0")
                .parameter("sync-lookahead", "0")
                .parameter("aq-mode", "1")
                .reconstruction(reconstruction)
                .open();
    }

    private static ProbeResult score(ProbeResult bits, List<AvFrame> pictures, Map<Long, AvFrame> decoded) {
        try (QualityMeter meter =
                QualityMeter.builder(Metric.VMAF, Metric.SSIM).subsample(2, 1).build()) {
            decoded.forEach(
                    (number, picture) -> meter.push(number, luma(pictures.get((int) (long) number)), luma(picture)));
            QualityReport report = meter.finish();
            return new ProbeResult(
                    bits.detailBits(),
                    bits.motionBits(),
                    report.pooled(Metric.VMAF).mean(),
                    report.pooled(Metric.SSIM).mean());
        }
    }

    static Picture luma(AvFrame frame) {
        return new Picture(
                8, List.of(new Picture.Plane(frame.plane(0), frame.stride(0), frame.width(), frame.height())));
    }

    @Override
    public void close() {
        half.close();
        whole.close();
    }
}
