package io.headend.transcode.shots;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.pictures.ClipFrames;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A file cut into pieces.
 *
 * @param size of its pictures
 * @param rate pictures per second
 * @param frames pictures in all
 * @param start time of the first picture
 * @param timebase of that time and the pieces'
 * @param pieces without gaps, in order
 */
record SourcePlan(PictureSize size, Rational rate, long frames, long start, Timebase timebase, List<Piece> pieces) {

    private static final int MOST_FRAMES = 2_000_000;

    SourcePlan {
        pieces = List.copyOf(pieces);
    }

    int shots() {
        return pieces.get(pieces.size() - 1).shot() + 1;
    }

    /** Reads the file once. */
    static SourcePlan of(String url, Duration longest, boolean constantRate) {
        try (ClipFrames frames = ClipFrames.open(url, null)) {
            Rational rate = frames.frameRate();
            int most = most(rate, longest);
            ShotDetector detector = new ShotDetector(Math.max(2, most / 8));
            List<Long> times = new ArrayList<>();
            List<Integer> cuts = new ArrayList<>();
            cuts.add(0);
            for (AvFrame next = frames.next(); next != null; next = frames.next()) {
                try (AvFrame frame = next) {
                    if (times.size() >= MOST_FRAMES) {
                        throw new MediaException(
                                MediaErrorCode.EXHAUSTED, "more than " + MOST_FRAMES + " pictures: cut the file");
                    }
                    if (detector.add(frame)) {
                        cuts.add(times.size() - 1);
                    }
                    times.add(frames.timeOf(frame));
                }
            }
            if (times.isEmpty()) {
                throw MediaException.malformed("'" + url + "' has no pictures");
            }
            if (constantRate) {
                requireConstant(url, times, frames.timebase(), rate);
            }
            return new SourcePlan(
                    frames.size(), rate, times.size(), times.get(0), frames.timebase(), pieces(cuts, times, most));
        }
    }

    private static int most(Rational rate, Duration longest) {
        return Math.toIntExact(
                Math.max(2, Timebase.NANOS.convert(longest.toNanos(), Timebase.ofFrameRate(rate), RoundingMode.FLOOR)));
    }

    // The output has one picture for each of the source's, at a constant rate; sound would drift from it otherwise.
    private static void requireConstant(String url, List<Long> times, Timebase timebase, Rational rate) {
        Timebase frame = Timebase.ofFrameRate(rate);
        for (int n = 0; n < times.size(); n++) {
            double at = timebase.convert(times.get(n) - times.get(0), Timebase.NANOS);
            double due = frame.convert(n, Timebase.NANOS);
            if (Math.abs(at - due) > 1.5e9 / rate.toDouble()) {
                throw MediaException.unsupported(
                        "'" + url + "' has no constant frame rate (picture " + n + " is at " + at / 1e9 + " s, not at "
                                + due / 1e9 + "); encode it without a quality target, or convert it first");
            }
        }
    }

    /** Long shots are cut into parts of like length, none longer than the longest. */
    static List<Piece> pieces(List<Integer> cuts, List<Long> times, int most) {
        List<Piece> result = new ArrayList<>();
        for (int shot = 0; shot < cuts.size(); shot++) {
            int from = cuts.get(shot);
            int to = shot + 1 < cuts.size() ? cuts.get(shot + 1) : times.size();
            int parts = (to - from + most - 1) / most;
            for (int part = 0; part < parts; part++) {
                int first = from + (int) ((long) (to - from) * part / parts);
                int end = from + (int) ((long) (to - from) * (part + 1) / parts);
                result.add(new Piece(first, end - first, shot, times.get(first)));
            }
        }
        return result;
    }
}
