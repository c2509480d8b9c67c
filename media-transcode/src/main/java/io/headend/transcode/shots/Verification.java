package io.headend.transcode.shots;

import io.headend.transcode.shots.PieceCoder.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has to be encoded again, once all pieces are encoded and scored. */
final class Verification {

    private static final double MEAN_TOLERANCE = 0.4;
    private static final double FLOOR_TOLERANCE = 0.5;
    private static final double LEAST_CHANGE = 0.5;

    private final ShotTarget target;
    private final List<PieceCurve> curves;
    private final ShotSettings settings;

    /** @param curves of the pieces, as they were believed */
    Verification(ShotTarget target, List<PieceCurve> curves, ShotSettings settings) {
        this.target = target;
        this.curves = curves;
        this.settings = settings;
    }

    /** Mean over all pictures. */
    static double mean(List<Outcome> done) {
        double sum = 0;
        long pictures = 0;
        for (Outcome part : done) {
            int frames = part.coded().piece().frames();
            sum += part.vmaf() * frames;
            pictures += frames;
        }
        return sum / pictures;
    }

    /**
     * New factors by place, of the pieces that miss: those below the floor; all whose own score says another factor, where the
     * mean is missed.
     */
    SortedMap<Integer, Double> misses(List<Outcome> done) {
        double mean = mean(done);
        boolean high = mean > target.mean() + MEAN_TOLERANCE && target.floor() == 0;
        boolean low = mean < target.mean() - MEAN_TOLERANCE;
        SortedMap<Integer, Double> again = new TreeMap<>();
        if (!high && !low && done.stream().noneMatch(this::isBelowFloor)) {
            return again;
        }
        List<Double> factors = new SlopeAllocation(
                        corrected(done), settings.lowest(), settings.highest(), settings.spread())
                .forMean(target.mean(), target.floor());
        for (int i = 0; i < done.size(); i++) {
            double factor = factors.get(i);
            boolean moves = Math.abs(factor - done.get(i).coded().factor()) >= LEAST_CHANGE;
            if (moves && (high || low || isBelowFloor(done.get(i)))) {
                again.put(i, factor);
            }
        }
        return again;
    }

    private boolean isBelowFloor(Outcome part) {
        return part.vmaf() < target.floor() - FLOOR_TOLERANCE;
    }

    /** Every curve through what its own piece came to. */
    private List<PieceCurve> corrected(List<Outcome> done) {
        List<PieceCurve> corrected = new ArrayList<>();
        for (int i = 0; i < done.size(); i++) {
            CodedPiece coded = done.get(i).coded();
            PieceCurve curve = curves.get(i);
            corrected.add(curve.moved(
                    8.0 * coded.bytes() / curve.bits(coded.factor()),
                    done.get(i).vmaf() - curve.vmaf(coded.factor())));
        }
        return corrected;
    }
}
