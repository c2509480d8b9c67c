package io.headend.transcode.shots;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.transcode.pictures.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The work of a {@link ShotEncoder}. */
final class ShotJob implements AutoCloseable {

    private static final int PROBE_EVERY = 6;
    private static final int SCORE_EVERY = 4;
    private static final int MOST_CALIBRATED = 6;
    private static final int MOST_ROUNDS = 3;
    private static final int MOST_TAMED = 7;
    private static final double MEAN_TOLERANCE = 0.4;
    private static final double FLOOR_TOLERANCE = 0.5;
    private static final double LEAST_CHANGE = 0.5;

    private final ShotEncoder.Builder builder;
    private final ShotSettings settings;
    private @Nullable SourcePlan plan;
    private @Nullable Parts parts;
    private @Nullable Path folder;

    /** What is known once the source was probed. */
    private record Parts(PieceEncoder encoder, PieceScore score, List<PieceCurve> curves, long probeNanos) {}

    /** A part as it stands. */
    private record Done(CodedPiece coded, double vmaf) {}

    ShotJob(ShotEncoder.Builder builder) {
        this.builder = builder;
        this.settings = new ShotSettings(builder.settings);
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

    private Parts parts() {
        Parts known = parts;
        if (known == null) {
            Path made = makeFolder();
            folder = made;
            PieceEncoder encoder = new PieceEncoder(builder.url, plan(), made, settings.hasNativeThreads());
            PieceScore score = new PieceScore(builder.url, builder.scored != null ? builder.scored : plan().size());
            List<Supplier<PieceCurve>> work = new ArrayList<>();
            for (Piece piece : plan().pieces()) {
                work.add(() -> probe(piece, encoder, score));
            }
            List<PieceCurve> curves = SideBySide.run(work, builder.executor);
            known = new Parts(encoder, score, curves, encoder.nanos() + score.nanos());
            parts = known;
        }
        return known;
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

    private PieceCurve probe(Piece piece, PieceEncoder encoder, PieceScore score) {
        TreeMap<Double, Double> bits = new TreeMap<>();
        TreeMap<Double, Double> vmaf = new TreeMap<>();
        for (double factor : settings.probeFactors()) {
            CodedPiece coded = encoder.encode(piece, size(), settings.probe(factor), factor);
            bits.put(factor, 8.0 * coded.bytes());
            vmaf.put(factor, score.vmaf(coded, PROBE_EVERY));
            PieceEncoder.delete(coded);
            builder.progress.accept(piece.frames());
        }
        return new PieceCurve(piece.frames(), bits, vmaf);
    }

    ShotReport encode(ShotTarget target, StreamSink sink) {
        Parts known = parts();
        long before = known.encoder().nanos() + known.score().nanos() - known.probeNanos();
        int[] again = {0};
        List<PieceCurve> curves = calibrated(known, target);
        List<Double> factors = allocation(curves).forMean(target.mean(), target.floor());
        List<Done> done = new ArrayList<>(SideBySide.run(first(known, factors), builder.executor));
        for (int round = 1; round < MOST_ROUNDS && misses(done, target); round++) {
            improve(known, target, curves, done, again);
        }
        long late = holdBuffer(known, done, again);
        deliver(done, sink);
        ShotReport report = new ShotReport(
                done.stream().map(ShotJob::part).toList(),
                mean(done),
                again[0],
                late,
                known.encoder().nanos() + known.score().nanos() - before);
        done.forEach(part -> PieceEncoder.delete(part.coded()));
        return report;
    }

    private SlopeAllocation allocation(List<PieceCurve> curves) {
        return new SlopeAllocation(curves, settings.lowest(), settings.highest(), settings.spread());
    }

    /** A few parts, encoded as they will be, tell by how much the probes' fast preset is off. */
    private List<PieceCurve> calibrated(Parts known, ShotTarget target) {
        List<PieceCurve> curves = known.curves();
        List<Double> factors = allocation(curves).forMean(target.mean(), target.floor());
        int count = Math.min(MOST_CALIBRATED, (curves.size() + 5) / 6);
        List<Supplier<double[]>> work = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            int i = (int) ((long) curves.size() * (2 * k + 1) / (2L * count));
            work.add(() -> {
                Done done = part(known, plan().pieces().get(i), settings.part(factors.get(i)), factors.get(i));
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

    private List<Supplier<Done>> first(Parts known, List<Double> factors) {
        List<Supplier<Done>> work = new ArrayList<>();
        List<Piece> pieces = plan().pieces();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            double factor = factors.get(i);
            work.add(() -> part(known, piece, settings.part(factor), factor));
        }
        return work;
    }

    private Done part(Parts known, Piece piece, io.headend.transcode.EncoderSettings with, double factor) {
        CodedPiece coded = known.encoder().encode(piece, size(), with, factor);
        builder.progress.accept(piece.frames());
        return new Done(coded, known.score().vmaf(coded, SCORE_EVERY));
    }

    private static boolean misses(List<Done> done, ShotTarget target) {
        return (Math.abs(mean(done) - target.mean()) > MEAN_TOLERANCE
                        && (target.floor() == 0 || mean(done) < target.mean()))
                || done.stream().anyMatch(part -> part.vmaf() < target.floor() - FLOOR_TOLERANCE);
    }

    /** Corrects every curve by its own part, and encodes again what then wants another factor. */
    private void improve(Parts known, ShotTarget target, List<PieceCurve> curves, List<Done> done, int[] again) {
        List<PieceCurve> corrected = new ArrayList<>();
        for (int i = 0; i < done.size(); i++) {
            CodedPiece coded = done.get(i).coded();
            PieceCurve curve = curves.get(i);
            corrected.add(curve.moved(
                    8.0 * coded.bytes() / curve.bits(coded.factor()),
                    done.get(i).vmaf() - curve.vmaf(coded.factor())));
        }
        List<Double> factors = allocation(corrected).forMean(target.mean(), target.floor());
        List<Integer> places = new ArrayList<>();
        List<Supplier<Done>> work = new ArrayList<>();
        for (int i = 0; i < done.size(); i++) {
            double factor = factors.get(i);
            if (Math.abs(factor - done.get(i).coded().factor()) >= LEAST_CHANGE) {
                Piece piece = done.get(i).coded().piece();
                places.add(i);
                work.add(() -> part(known, piece, settings.part(factor), factor));
            }
        }
        List<Done> redone = SideBySide.run(work, builder.executor);
        for (int k = 0; k < places.size(); k++) {
            PieceEncoder.delete(done.get(places.get(k)).coded());
            done.set(places.get(k), redone.get(k));
            again[0]++;
        }
    }

    /** Follows the decoder's buffer through the joints; a part that empties it is encoded with what it finds there. */
    private long holdBuffer(Parts known, List<Done> done, int[] again) {
        JointBuffer buffer = new JointBuffer(settings.buffer());
        long late = 0;
        for (int i = 0; i < done.size(); i++) {
            Done part = done.get(i);
            for (int attempt = 0; attempt < MOST_TAMED && !buffer.takes(part.coded()); attempt++) {
                double factor = Math.min(settings.highest(), part.coded().factor() + 2 * attempt);
                Done tamer = part(
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

    private static void deliver(List<Done> done, StreamSink sink) {
        Track track = done.get(0).coded().track();
        sink.accept(new TrackInfo(track));
        for (Done part : done) {
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

    private static double mean(List<Done> done) {
        double sum = 0;
        long pictures = 0;
        for (Done part : done) {
            sum += part.vmaf() * part.coded().piece().frames();
            pictures += part.coded().piece().frames();
        }
        return sum / pictures;
    }

    private static ShotReport.Part part(Done done) {
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
            parts = null;
            Scratch.delete(made);
        }
    }
}
