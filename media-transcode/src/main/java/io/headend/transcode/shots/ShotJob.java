package io.headend.transcode.shots;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.pictures.Scratch;
import io.headend.transcode.shots.PieceCoder.Attempt;
import io.headend.transcode.shots.PieceCoder.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The work of a {@link ShotEncoder}. */
final class ShotJob implements AutoCloseable {

    // Prime to the periods of B pictures, so that all kinds of pictures count.
    static final int PROBE_EVERY = 7;
    private static final int SCORE_EVERY = 5;
    private static final int MOST_CALIBRATED = 6;
    private static final int MOST_ROUNDS = 4;
    private static final int MOST_TAMED = 7;

    private final ShotEncoder.Builder builder;
    private final ShotSettings settings;
    private @Nullable SourcePlan plan;
    private @Nullable Probed probed;
    private @Nullable Path folder;
    private @Nullable PieceCoder given;

    /** The source once it was probed. */
    private record Probed(PieceCoder coder, List<PieceCurve> curves, long probeNanos) {}

    ShotJob(ShotEncoder.Builder builder) {
        this.builder = builder;
        this.settings = new ShotSettings(builder.settings);
    }

    /** Of pieces that are known, encoded by another. */
    ShotJob(ShotEncoder.Builder builder, SourcePlan plan, PieceCoder coder) {
        this(builder);
        this.plan = plan;
        this.given = coder;
    }

    SourcePlan plan() {
        SourcePlan known = plan;
        if (known == null) {
            known = SourcePlan.of(builder.url, builder.longest, !builder.anyRate);
            plan = known;
        }
        return known;
    }

    private PictureSize size() {
        return builder.size != null ? builder.size : plan().size();
    }

    private Probed probed() {
        Probed known = probed;
        if (known == null) {
            PieceCoder coder = given == null ? filePieces() : given;
            List<Supplier<PieceCurve>> work = new ArrayList<>();
            for (Piece piece : plan().pieces()) {
                work.add(() -> {
                    PieceCurve curve = probe(piece, coder, settings);
                    builder.progress.accept(settings.probeFactors().size() * piece.frames());
                    return curve;
                });
            }
            List<PieceCurve> curves = SideBySide.run(work, builder.executor);
            known = new Probed(coder, curves, coder.nanos());
            probed = known;
        }
        return known;
    }

    private PieceCoder filePieces() {
        Path made = folder == null ? makeFolder() : folder;
        folder = made;
        PictureSize scored = builder.scored != null ? builder.scored : plan().size();
        PieceEncoder encoder = new PieceEncoder(plan(), made, settings.hasNativeThreads());
        return new FilePieces(builder.url, size(), scored, encoder, PiecePictures.roomOfJob());
    }

    private Path makeFolder() {
        try {
            Path given = builder.folder;
            return given != null
                    ? Files.createTempDirectory(given, "parts")
                    : Files.createTempDirectory("headend-parts");
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot make a folder for parts of the encode", e);
        }
    }

    static PieceCurve probe(Piece piece, PieceCoder coder, ShotSettings settings) {
        List<Attempt> attempts = settings.probeFactors().stream()
                .map(factor -> new Attempt(settings.probe(factor), factor))
                .toList();
        TreeMap<Double, Double> bits = new TreeMap<>();
        TreeMap<Double, Double> vmaf = new TreeMap<>();
        for (Outcome outcome : coder.code(piece, attempts, PROBE_EVERY)) {
            bits.put(outcome.coded().factor(), 8.0 * outcome.coded().bytes());
            vmaf.put(outcome.coded().factor(), outcome.vmaf());
            PieceEncoder.delete(outcome.coded());
        }
        return new PieceCurve(piece.frames(), bits, vmaf);
    }

    ShotReport encode(ShotTarget target, StreamSink sink) {
        Probed known = probed();
        long before = known.coder().nanos() - known.probeNanos();
        int[] again = {0};
        List<PieceCurve> curves = calibrated(known, target);
        List<Double> factors = allocation(curves).forMean(target.mean(), target.floor());
        List<Outcome> done = new ArrayList<>(SideBySide.run(first(known, factors), builder.executor));
        Verification verification = new Verification(target, curves, settings);
        for (int round = 1; round < MOST_ROUNDS; round++) {
            SortedMap<Integer, Double> misses = verification.misses(done);
            if (misses.isEmpty()) {
                break;
            }
            redo(known, misses, done);
            again[0] += misses.size();
        }
        long late = holdBuffer(known, done, again);
        deliver(done, sink);
        ShotReport report = new ShotReport(
                done.stream().map(ShotJob::part).toList(),
                Verification.mean(done),
                again[0],
                late,
                known.coder().nanos() - before);
        done.forEach(part -> PieceEncoder.delete(part.coded()));
        return report;
    }

    private SlopeAllocation allocation(List<PieceCurve> curves) {
        return new SlopeAllocation(curves, settings.lowest(), settings.highest(), settings.spread());
    }

    /** A few parts, encoded as they will be, tell by how much the probes' fast preset is off. */
    private List<PieceCurve> calibrated(Probed known, ShotTarget target) {
        List<PieceCurve> curves = known.curves();
        List<Double> factors = allocation(curves).forMean(target.mean(), target.floor());
        int count = Math.min(MOST_CALIBRATED, (curves.size() + 5) / 6);
        List<Supplier<double[]>> work = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            int i = (int) ((long) curves.size() * (2 * k + 1) / (2L * count));
            work.add(() -> {
                Outcome done = part(known, plan().pieces().get(i), settings.part(factors.get(i)), factors.get(i));
                PieceEncoder.delete(done.coded());
                return new double[] {
                    8.0 * done.coded().bytes() / curves.get(i).bits(factors.get(i)),
                    done.vmaf() - curves.get(i).vmaf(factors.get(i))
                };
            });
        }
        double rate = 0;
        double quality = 0;
        for (double[] found : SideBySide.run(work, builder.executor)) {
            rate += found[0] / count;
            quality += found[1] / count;
        }
        double scale = rate;
        double shift = quality;
        return curves.stream().map(curve -> curve.moved(scale, shift)).toList();
    }

    private List<Supplier<Outcome>> first(Probed known, List<Double> factors) {
        List<Supplier<Outcome>> work = new ArrayList<>();
        List<Piece> pieces = plan().pieces();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            double factor = factors.get(i);
            work.add(() -> part(known, piece, settings.part(factor), factor));
        }
        return work;
    }

    private Outcome part(Probed known, Piece piece, EncoderSettings with, double factor) {
        Outcome outcome = known.coder()
                .code(piece, List.of(new Attempt(with, factor)), SCORE_EVERY)
                .get(0);
        builder.progress.accept(piece.frames());
        return outcome;
    }

    private void redo(Probed known, SortedMap<Integer, Double> misses, List<Outcome> done) {
        List<Supplier<Outcome>> work = new ArrayList<>();
        misses.forEach(
                (i, factor) -> work.add(() -> part(known, done.get(i).coded().piece(), settings.part(factor), factor)));
        List<Outcome> redone = SideBySide.run(work, builder.executor);
        int k = 0;
        for (int i : misses.keySet()) {
            PieceEncoder.delete(done.get(i).coded());
            done.set(i, redone.get(k++));
        }
    }

    /** Follows the decoder's buffer through the joints; a part that empties it is encoded with what it finds there. */
    private long holdBuffer(Probed known, List<Outcome> done, int[] again) {
        JointBuffer buffer = new JointBuffer(settings.buffer());
        long late = 0;
        for (int i = 0; i < done.size(); i++) {
            Outcome part = done.get(i);
            for (int attempt = 0; attempt < MOST_TAMED && !buffer.takes(part.coded()); attempt++) {
                double factor = Math.min(settings.highest(), part.coded().factor() + 2 * attempt);
                Outcome tamer = part(
                        known,
                        part.coded().piece(),
                        settings.part(factor, buffer.fullnessBefore(part.coded())),
                        factor);
                PieceEncoder.delete(part.coded());
                part = tamer;
                again[0]++;
            }
            done.set(i, part);
            late += buffer.add(part.coded());
        }
        return late;
    }

    private static void deliver(List<Outcome> done, StreamSink sink) {
        Track track = done.get(0).coded().track();
        sink.accept(new TrackInfo(track));
        for (Outcome part : done) {
            if (!part.coded().track().format().equals(track.format())) {
                throw new MediaException(
                        MediaErrorCode.INTERNAL, "parts of one file were encoded with different parameter sets");
            }
            for (Sample sample : part.coded().read()) {
                sink.accept(sample);
            }
        }
        sink.accept(new EndOfStream());
    }

    private static ShotReport.Part part(Outcome done) {
        Piece piece = done.coded().piece();
        return new ShotReport.Part(
                piece.first(),
                piece.frames(),
                piece.shot(),
                done.coded().factor(),
                done.coded().bytes(),
                done.vmaf());
    }

    @Override
    public void close() {
        Path made = folder;
        if (made != null) {
            folder = null;
            probed = null;
            Scratch.delete(made);
        }
    }
}
