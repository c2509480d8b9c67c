package io.headend.packaging;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where the formats of renditions become others, and what that means for all of them. */
final class FormatChanges {

    // nanoseconds between changes of two picture renditions that are one
    private static final long MOST_APART = 10_000_000;

    private FormatChanges() {}

    /** Where all renditions are cut because the format of one changes: pictures there, sound nearby. */
    static long[] instants(List<SourceTrack> tracks, long[] syncs) {
        TreeSet<Long> instants = new TreeSet<>();
        for (boolean video : new boolean[] {true, false}) {
            for (SourceTrack track : tracks) {
                for (long change : track.isVideo() == video ? track.changes() : new long[0]) {
                    if (!video && syncs.length == 0) {
                        continue;
                    }
                    long near = video ? change : syncs[nearest(syncs, change)];
                    Long before = instants.floor(change + SourceTrack.NEAR);
                    long apart = video ? MOST_APART : SourceTrack.NEAR;
                    if (before == null || change - before > apart) {
                        instants.add(near);
                    }
                }
            }
        }
        return instants.stream().mapToLong(Long::longValue).toArray();
    }

    /** Index of the instant nearest to one, the earlier of two; -1 where there is none. */
    static int nearest(long[] ascending, long instant) {
        int at = Arrays.binarySearch(ascending, instant);
        int behind = at < 0 ? -at - 1 : at;
        boolean earlier = behind > 0
                && (behind == ascending.length || instant - ascending[behind - 1] <= ascending[behind] - instant);
        return earlier ? behind - 1 : ascending.length == 0 ? -1 : behind;
    }

    /** Numbers of the segments with which the format of a rendition begins. */
    static Set<Integer> breaks(List<SourceTrack> tracks) {
        Set<Integer> breaks = new TreeSet<>();
        for (SourceTrack track : tracks) {
            for (int i = 1; i < track.segments().size(); i++) {
                if (track.format(i) != track.format(i - 1)) {
                    breaks.add(i);
                }
            }
        }
        return breaks;
    }
}
