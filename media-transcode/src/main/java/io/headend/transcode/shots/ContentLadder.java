package io.headend.transcode.shots;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.pictures.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The rungs that suit a file: probes of some of its parts at several sizes tell which size looks best at which rate (the upper
 * hull), and a rung that would add next to nothing to the one below it is left out.
 */
public final class ContentLadder {

    /**
     * A rung.
     *
     * @param size coded size, not larger than that of the rung above
     * @param vmaf mean at the source's size to encode it for
     * @param bitrate bit/s to expect
     */
    public record Rung(PictureSize size, double vmaf, double bitrate) {}

    private static final int[] HEIGHTS = {2160, 1440, 1080, 720, 540, 432, 360, 270, 216, 144};
    private static final int MOST_SIZES = 5;
    private static final int MOST_PARTS = 5;
    private static final int MOST_RUNGS = 6;
    private static final double STEP = 0.55;
    private static final double LEAST_GAIN = 3;
    private static final double LEAST_RATE = 60_000;
    private static final double LEAST_VMAF = 25;

    private ContentLadder() {}

    /**
     * Probes a file.
     *
     * @param url a file that FFmpeg can read, more than once
     * @param settings of the encode to come; probes use a fast preset of the same encoder
     * @param target VMAF of the top rung
     * @return best first, at least one
     */
    public static List<Rung> of(String url, EncoderSettings settings, double target, Executor executor) {
        SourcePlan plan = SourcePlan.of(url, Duration.ofSeconds(2), false);
        ShotSettings shots = new ShotSettings(settings);
        Path folder;
        try {
            folder = Files.createTempDirectory("headend-ladder");
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot make a folder for probes", e);
        }
        try {
            List<Piece> parts = spread(plan.pieces());
            List<PictureSize> sizes = sizes(plan.size());
            List<Supplier<PieceCurve>> work = new ArrayList<>();
            AtomicLong room = PiecePictures.roomOfJob();
            PieceEncoder encoder = new PieceEncoder(plan, folder, shots.hasNativeThreads());
            for (PictureSize size : sizes) {
                PieceCoder coder = new FilePieces(url, size, plan.size(), encoder, room);
                work.add(() -> curve(parts, shots, coder));
            }
            List<PieceCurve> curves = SideBySide.run(work, executor);
            double seconds = curves.get(0).frames() / plan.rate().toDouble();
            return rungs(sizes, curves, seconds, target, shots.lowest(), shots.highest());
        } finally {
            Scratch.delete(folder);
        }
    }

    private static PieceCurve curve(List<Piece> parts, ShotSettings shots, PieceCoder coder) {
        return PieceCurve.sum(
                parts.stream().map(part -> ShotJob.probe(part, coder, shots)).toList());
    }

    private static List<Piece> spread(List<Piece> pieces) {
        int count = Math.min(MOST_PARTS, pieces.size());
        List<Piece> chosen = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            chosen.add(pieces.get((int) ((long) pieces.size() * (2 * k + 1) / (2L * count))));
        }
        return chosen;
    }

    static List<PictureSize> sizes(PictureSize source) {
        List<PictureSize> sizes = new ArrayList<>();
        sizes.add(new PictureSize(source.width() & ~1, source.height() & ~1));
        for (int height : HEIGHTS) {
            if (height < 0.9 * source.height() && sizes.size() < MOST_SIZES) {
                sizes.add(new PictureSize(
                        Math.max(2, Math.round((float) source.width() * height / source.height()) & ~1), height));
            }
        }
        return sizes;
    }

    /** @param curves one for each size, of the same pictures */
    static List<Rung> rungs(
            List<PictureSize> sizes,
            List<PieceCurve> curves,
            double seconds,
            double target,
            double lowest,
            double highest) {
        List<Rung> result = new ArrayList<>();
        Rung top = null;
        for (int i = 0; i < sizes.size(); i++) {
            double factor = factorFor(curves.get(i), target, lowest, highest);
            double reached = curves.get(i).vmaf(factor);
            Rung rung = new Rung(
                    sizes.get(i), Math.min(target, reached), curves.get(i).bits(factor) / seconds);
            if (top == null || (reached >= target - 0.3 && rung.bitrate() < top.bitrate())) {
                top = rung;
            }
        }
        if (top == null) {
            throw new IllegalArgumentException("a ladder needs a size");
        }
        result.add(top);
        double rate = top.bitrate() * STEP;
        Rung above = top;
        while (result.size() < MOST_RUNGS && rate >= LEAST_RATE) {
            Rung best = best(sizes, curves, seconds, rate, above.size(), lowest, highest);
            if (best.vmaf() < LEAST_VMAF) {
                break;
            }
            // With next to the quality of the rung above for half its bits, this one would be the better of the two;
            // the top
            // stays, for it is what was asked for.
            if (above.vmaf() - best.vmaf() >= LEAST_GAIN) {
                result.add(best);
                above = best;
            }
            rate *= STEP;
        }
        return List.copyOf(result);
    }

    private static Rung best(
            List<PictureSize> sizes,
            List<PieceCurve> curves,
            double seconds,
            double rate,
            PictureSize most,
            double lowest,
            double highest) {
        Rung best = new Rung(most, 0, rate);
        for (int i = 0; i < sizes.size(); i++) {
            if (sizes.get(i).height() > most.height()) {
                continue;
            }
            PieceCurve curve = curves.get(i);
            double factor = lowest;
            while (factor < highest && curve.bits(factor) / seconds > rate) {
                factor += 0.25;
            }
            if (curve.bits(factor) / seconds <= 1.05 * rate && curve.vmaf(factor) > best.vmaf()) {
                best = new Rung(sizes.get(i), curve.vmaf(factor), curve.bits(factor) / seconds);
            }
        }
        return best;
    }

    private static double factorFor(PieceCurve curve, double target, double lowest, double highest) {
        double factor = highest;
        while (factor > lowest && curve.vmaf(factor) < target) {
            factor -= 0.25;
        }
        return factor;
    }
}
