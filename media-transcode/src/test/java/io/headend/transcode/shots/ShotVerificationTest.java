package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is encoded again, with an encoder whose pieces follow known laws and that counts. */
@ExtendWith(LeakExtension.class)
class ShotVerificationTest {

    private static final int PIECES = 6;
    private static final int FRAMES = 50;
    private static final String PRESET = "medium";
    // The one that calibration looks at is the fourth.
    private static final int ODD = 1;

    @TempDir
    Path folder;

    /** Quality falls by 1.5 a step from 100 at 16, and bits by a tenth; some pieces disappoint once encoded as they will be. */
    private final class Laws implements PieceCoder {

        final List<Integer> finals = new ArrayList<>();
        final double[] disappointing = new double[PIECES];
        int probes;

        @Override
        public List<Outcome> code(Piece piece, List<Attempt> attempts, int every) {
            List<Outcome> outcomes = new ArrayList<>();
            int place = (int) piece.first() / FRAMES;
            for (Attempt attempt : attempts) {
                boolean last = attempt.settings().preset().equals(PRESET);
                if (last) {
                    finals.add(place);
                } else {
                    probes++;
                }
                double law = 100 - 1.5 * (attempt.factor() - 16) - (last ? disappointing[place] : 0);
                outcomes.add(new Outcome(coded(piece, attempt.factor()), Math.max(0, Math.min(100, law))));
            }
            return outcomes;
        }

        private CodedPiece coded(Piece piece, double factor) {
            int size = (int) (4_000 * Math.pow(0.9, factor - 20));
            List<SampleInfo> samples = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            for (int i = 0; i < piece.frames(); i++) {
                long time = piece.first() + i;
                samples.add(new SampleInfo(0, time, time, 1, i == 0, SampleInfo.NO_ARRIVAL));
                sizes.add(size);
            }
            try {
                Path file = Files.createTempFile(folder, "piece", "");
                Files.write(file, new byte[size * piece.frames()]);
                return new CodedPiece(piece, factor, TRACK, file, samples, sizes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long nanos() {
            return 0;
        }

        /** Places that were encoded more often than once, without the one encode that calibrates. */
        List<Integer> again() {
            List<Integer> rest = new ArrayList<>(finals);
            rest.remove(Integer.valueOf(PIECES / 2));
            IntStream.range(0, PIECES)
                    .forEach(place ->
                            assertThat(rest.remove(Integer.valueOf(place))).isTrue());
            return rest;
        }
    }

    private static final Track TRACK = new Track(
            0, "video", VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), 320, 180), Timebase.of(1, 25), null);

    private final Laws laws = new Laws();

    private ShotReport encode(ShotTarget target) {
        List<Piece> pieces = IntStream.range(0, PIECES)
                .mapToObj(i -> new Piece((long) i * FRAMES, FRAMES, i, (long) i * FRAMES))
                .toList();
        SourcePlan plan = new SourcePlan(
                new PictureSize(320, 180), Rational.of(25, 1), (long) PIECES * FRAMES, 0, Timebase.of(1, 25), pieces);
        EncoderSettings settings = EncoderSettings.x264(PRESET, RateControl.CappedQuality.of(23, 20_000_000));
        ShotEncoder.Builder builder = ShotEncoder.builder("none", settings)
                .longest(Duration.ofSeconds(2))
                .folder(folder);
        try (ShotJob job = new ShotJob(builder, plan, laws)) {
            return job.encode(target, StreamItem::close);
        }
    }

    @Test
    void nothingIsEncodedTwiceWhereNothingMisses() throws IOException {
        ShotReport report = encode(ShotTarget.mean(90));
        assertThat(report.vmaf()).isCloseTo(90, within(0.4));
        assertThat(laws.again()).isEmpty();
        assertThat(report.again()).isZero();
        assertThat(laws.probes).isEqualTo(3 * PIECES);
        try (var left = Files.list(folder)) {
            assertThat(left).as("files of pieces").isEmpty();
        }
    }

    @Test
    void onlyThePieceBelowTheFloorIsEncodedAgain() {
        laws.disappointing[ODD] = 4;
        ShotReport report = encode(new ShotTarget(85, 84));
        assertThat(laws.again()).containsOnly(ODD);
        assertThat(report.again()).isEqualTo(laws.again().size());
        assertThat(report.worst()).isGreaterThanOrEqualTo(83.5);
    }

    @Test
    void whereTheMeanIsMissedOnlyThePiecesThatDisappointAreEncodedAgain() {
        laws.disappointing[ODD] = 5;
        laws.disappointing[4] = 5;
        ShotReport report = encode(ShotTarget.mean(90));
        assertThat(laws.again()).containsOnly(ODD, 4);
        assertThat(report.again()).isEqualTo(laws.again().size());
    }

    @Test
    void calibrationSparesAllOfThemWhereProbesAreOffByTheSame() {
        Arrays.fill(laws.disappointing, 6);
        ShotReport report = encode(ShotTarget.mean(88));
        assertThat(report.vmaf()).isCloseTo(88, within(0.4));
        assertThat(laws.again()).isEmpty();
    }

    @Test
    void allAreEncodedAgainWhereEachIsOffByALittle() {
        Arrays.fill(laws.disappointing, 0.9);
        laws.disappointing[PIECES / 2] = 0;
        ShotReport report = encode(ShotTarget.mean(90));
        assertThat(report.vmaf()).isCloseTo(90, within(0.4));
        assertThat(laws.again()).contains(0, 1, 2, 4, 5);
    }
}
