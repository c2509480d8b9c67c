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
 * Encodes the first pictures of a group at half the size with x264's fastest preset, to learn what the group will cost and,
 * where asked, how good it will look. One thread.
 */
public final class GopProbe implements AutoCloseable {

    private static final Timebase TICKS = Timebase.hz(25);
    private static final Rational RATE = Rational.of(25, 1);
    private static final int LEAST_SIDE = 32;
    // Scored pictures begin here: the first ones after the key picture are not typical.
    private static final int SCORED_FROM = 3;
    private static final int SCORED = 4;

    private final PictureSize size;
    private final FilterGraph half;

    /** @param full size of the pictures that are probed */
    public GopProbe(PictureSize full) {
        size = new PictureSize(side(full.width()), side(full.height()));
        half = FilterGraph.video("scale=" + size.width() + ":" + size.height() + ":flags=area,format=yuv420p", 1);
    }

    private static int side(int full) {
        return Math.max(LEAST_SIDE, full / 4 * 2);
    }

    /** Half-size handles of the pictures, the caller's to close. */
    public List<AvFrame> halve(List<AvFrame> pictures) {
        List<AvFrame> small = new ArrayList<>();
        try {
            for (AvFrame picture : pictures) {
                half.send(picture.retain());
                AvFrame out = half.receive(0);
                if (out != null) {
                    small.add(out);
                }
            }
            return small;
        } catch (RuntimeException e) {
            small.forEach(AvFrame::close);
            throw e;
        }
    }

    /**
     * @param small of half size, in order, at least one
     * @param factor constant rate factor
     * @param scored whether to measure how they look
     */
    public ProbeResult run(List<AvFrame> small, double factor, boolean scored) {
        long first = 0;
        long rest = 0;
        Map<Long, AvFrame> decoded = new TreeMap<>();
        boolean measured = scored && small.size() > SCORED_FROM;
        try (Encoder encoder = open(factor, measured)) {
            for (int i = 0; i < small.size(); i++) {
                encoder.send(small.get(i).withPts(i, TICKS));
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
                            if (number >= SCORED_FROM && number < SCORED_FROM + SCORED) {
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
            int others = small.size() - 1;
            ProbeResult bits = new ProbeResult(
                    8 * first / samples, others == 0 ? 0 : 8 * rest / samples / others, Double.NaN, Double.NaN);
            return decoded.isEmpty() ? bits : score(bits, small, decoded);
        } finally {
            decoded.values().forEach(AvFrame::close);
        }
    }

    private Encoder open(double factor, boolean reconstruction) {
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

    private static ProbeResult score(ProbeResult bits, List<AvFrame> small, Map<Long, AvFrame> decoded) {
        try (QualityMeter meter = QualityMeter.builder(Metric.VMAF, Metric.SSIM).build()) {
            decoded.forEach(
                    (number, picture) -> meter.push(number, luma(small.get((int) (long) number)), luma(picture)));
            QualityReport report = meter.finish();
            // The first one lacks its motion, so its VMAF is low.
            double vmaf = report.frames().stream()
                    .skip(report.frames().size() > 1 ? 1 : 0)
                    .mapToDouble(frame -> frame.score(Metric.VMAF))
                    .average()
                    .orElse(Double.NaN);
            return new ProbeResult(
                    bits.detailBits(),
                    bits.motionBits(),
                    vmaf,
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
    }
}
