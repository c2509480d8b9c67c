package io.headend.transcode.shots;

import io.headend.transcode.shots.PieceCoder.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has to be encoded again, once all pieces are encoded and scored. One thread. */
final class Verification {

    private static final double MEAN_TOLERANCE = 0.4;
    private static final double FLOOR_TOLERANCE = 0.5;
    private static final double OWN_TOLERANCE = 1;
    private static final double LEAST_CHANGE = 0.5;
    private static final double STEP = 0.25;

    private final ShotTarget target;
    private final List<PieceCurve> curves;
    private final ShotSettings settings;
    /** What was believed of each piece. */
    private final Map<Integer, Double> wanted = new HashMap<>();

    /** VMAF by factor of all encodes of each piece. */
    private final Map<Integer, SortedMap<Double, Double>> seen = new HashMap<>();

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
     * New factors by place, of the pieces that miss: those below the floor, and where the mean is missed those that came out
     * otherwise than believed, each for what was believed of it. If the mean is missed though none did, then all that another
     * mean takes to another factor.
     */
    SortedMap<Integer, Double> misses(List<Outcome> done) {
        double mean = mean(done);
        boolean meanMissed =
                mean < target.mean() - MEAN_TOLERANCE || (mean > target.mean() + MEAN_TOLERANCE && target.floor() == 0);
        List<PieceCurve> corrected = corrected(done);
        SortedMap<Integer, Double> again = new TreeMap<>();
        for (int i = 0; i < done.size(); i++) {
            Outcome part = done.get(i);
            double believed = wanted.computeIfAbsent(
                    i, place -> curves.get(place).vmaf(part.coded().factor()));
            seen.computeIfAbsent(i, place -> new TreeMap<>()).put(part.coded().factor(), part.vmaf());
            if (isBelowFloor(part) || (meanMissed && Math.abs(part.vmaf() - believed) > OWN_TOLERANCE)) {
                put(again, i, part, factorFor(i, part, corrected.get(i), Math.max(believed, target.floor())));
            }
        }
        if (again.isEmpty() && meanMissed) {
            List<Double> factors = new SlopeAllocation(
                            corrected, settings.lowest(), settings.highest(), settings.spread())
                    .forMean(target.mean(), target.floor());
            for (int i = 0; i < done.size(); i++) {
                put(again, i, done.get(i), factors.get(i));
                wanted.put(i, corrected.get(i).vmaf(factors.get(i)));
            }
        }
        return again;
    }

    private static void put(SortedMap<Integer, Double> again, int place, Outcome part, double factor) {
        if (Math.abs(factor - part.coded().factor()) >= LEAST_CHANGE) {
            again.put(place, factor);
        }
    }

    /** Between two encodes where they lie on both sides; else along the curve, and not far, for that may have another slope. */
    private double factorFor(int place, Outcome part, PieceCurve curve, double vmaf) {
        Map.Entry<Double, Double> finer = null;
        Map.Entry<Double, Double> coarser = null;
        for (Map.Entry<Double, Double> encode :
                Objects.requireNonNull(seen.get(place)).entrySet()) {
            if (encode.getValue() >= vmaf) {
                finer = encode;
            } else if (coarser == null) {
                coarser = encode;
            }
        }
        if (finer != null && coarser != null && finer.getKey() < coarser.getKey()) {
            double share = (finer.getValue() - vmaf) / (finer.getValue() - coarser.getValue());
            return finer.getKey() + share * (coarser.getKey() - finer.getKey());
        }
        double now = part.coded().factor();
        double least = Math.max(settings.lowest(), now - settings.spread());
        double factor = Math.min(settings.highest(), now + settings.spread());
        while (factor - STEP >= least && curve.vmaf(factor) < vmaf) {
            factor -= STEP;
        }
        return factor;
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
