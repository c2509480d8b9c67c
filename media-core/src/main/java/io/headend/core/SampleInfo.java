package io.headend.core;

/**
 * The scalars of a sample, in the timebase of its track.
 *
 * @param trackId the track
 * @param pts presentation time
 * @param dts decoding time, at most {@code pts} on a normalised stream
 * @param duration length, 0 where unknown
 * @param sync whether decoding can start here (SAP type 1 or 2 of ISO/IEC 14496-12 Annex I)
 * @param arrivalNanos wall-clock time at which the sample entered the house, in nanoseconds since
 *     1970-01-01T00:00:00Z; {@link #NO_ARRIVAL} where it never did (files)
 */
public record SampleInfo(int trackId, long pts, long dts, long duration, boolean sync, long arrivalNanos) {

    public static final long NO_ARRIVAL = Long.MIN_VALUE;

    public SampleInfo withTimes(long newPts, long newDts, long newDuration) {
        return new SampleInfo(trackId, newPts, newDts, newDuration, sync, arrivalNanos);
    }

    public SampleInfo withTrackId(int newTrackId) {
        return new SampleInfo(newTrackId, pts, dts, duration, sync, arrivalNanos);
    }

    public SampleInfo withArrival(long newArrivalNanos) {
        return new SampleInfo(trackId, pts, dts, duration, sync, newArrivalNanos);
    }
}
