package io.headend.transcode;

import org.jspecify.annotations.Nullable;

/**
 * How loud the sound becomes, by EBU R 128. Without a measurement the gain follows the programme (one pass, for live sources);
 * with one it is the same from beginning to end, and only peaks are held back.
 *
 * @param target integrated loudness in LUFS, -50 to -5
 * @param peak largest true peak in dBTP, -20 to 0
 * @param measured the programme as it is, or {@code null}
 */
public record Loudness(double target, double peak, @Nullable LoudnessReport measured) {

    public Loudness {
        if (!(target >= -50 && target <= -5)) {
            throw new IllegalArgumentException("a target loudness is -50 to -5 LUFS, not " + target);
        }
        if (!(peak >= -20 && peak <= 0)) {
            throw new IllegalArgumentException("a largest true peak is -20 to 0 dBTP, not " + peak);
        }
    }

    /** With true peaks of -1 dBTP at most, in one pass. */
    public static Loudness target(double lufs) {
        return new Loudness(lufs, -1, null);
    }

    /** The same in two passes, of which the first gave this. */
    public Loudness withMeasured(LoudnessReport report) {
        return new Loudness(target, peak, report);
    }
}
