package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import io.headend.formats.isobmff.EditList;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.isobmff.SampleCursor;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One track of a file that becomes a rendition: what a first walk over its samples found, and where it is cut. */
final class SourceTrack {

    /**
     * A segment of the track.
     *
     * @param first stands on its first sample
     * @param start presentation time in ticks
     * @param end where the next one begins
     * @param samples how many
     * @param bytes of payload
     */
    record Planned(SampleCursor first, long start, long end, int samples, long bytes) {}

    // in seconds: 200 years, which nanoseconds can still say
    private static final long LATEST = 6_311_520_000L;
    /** Nanoseconds between changes of pictures and sound that are one. */
    static final long NEAR = 1_000_000_000L;

    private static final int MOST_CHANGES = 1_000;
    // 6 h: what transport streams and playlists say of each second is bounded with it
    private static final long LONGEST = 21_600_000_000_000L;

    private final String name;
    private final Mp4File file;
    private final MovieTrack movie;
    private final Track track;
    private final List<Track> formats = new ArrayList<>();
    private long shift;
    private long firstPts = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private long lastDuration = 1;
    private long count;
    private long bytes;
    private long[] syncs = new long[64];
    private int syncCount;
    private boolean openGroups;
    private long[] closed = new long[64];
    private int closedCount;
    private List<Planned> segments = List.of();
    private final List<Stretch> stretches = new ArrayList<>();

    /** Samples of one format. */
    private static final class Stretch {
        private final Track as;
        private long from = Long.MAX_VALUE;
        private long end = Long.MIN_VALUE;
        private long count;

        Stretch(Track as) {
            this.as = as;
        }
    }

    SourceTrack(String name, Mp4File file, MovieTrack movie) {
        this.name = name;
        this.file = file;
        this.movie = movie;
        EditList edits = movie.edits();
        this.shift = edits.delay() - edits.start();
        scan();
        stretches.forEach(stretch -> formats.add(described(stretch)));
        this.track = formats.get(0);
        requireNanos();
    }

    private void requireNanos() {
        if (Math.max(Math.abs(firstPts), Math.abs(end))
                        / track.timebase().den()
                        * track.timebase().num()
                > LATEST) {
            throw MediaException.malformed("'" + file.name() + "': the times of " + name + " reach further than "
                    + LATEST / 31_557_600 + " years; they are damaged");
        }
    }

    private static Track described(Stretch stretch) {
        Track named = stretch.as;
        if (named.format() instanceof VideoFormat video
                && video.frameRate() == null
                && stretch.count > 1
                && stretch.end > stretch.from) {
            // the average, where the distance of the pictures varies
            Timebase unit = named.timebase();
            long milliHertz = Math.max(1, stretch.count * 1000L * unit.den() / (stretch.end - stretch.from));
            return named.withFormat(
                    video.withFrameRate(Rational.of((int) Math.min(milliHertz, Integer.MAX_VALUE), 1000)));
        }
        return named;
    }

    private void scan() {
        SampleCursor cursor = file.cursor(movie);
        long lastDts = Long.MIN_VALUE;
        int entry = 0;
        long sync = Long.MIN_VALUE;
        boolean open = false;
        long all = 0;
        while (cursor.next()) {
            if (cursor.size() == 0) {
                continue;
            }
            // what is kept for each sample stays in proportion to the file
            all += cursor.size();
            if (all > file.size()) {
                throw MediaException.malformed("'" + file.name() + "' is damaged: the samples of " + name
                        + " take more bytes than it has; they lie over each other from sample " + (count + 1) + " on");
            }
            if (cursor.offset() < 0 || cursor.offset() > file.size() - cursor.size()) {
                throw MediaException.malformed("'" + file.name() + "' is truncated: sample " + (count + 1) + " of "
                        + name + " lies behind its end at byte " + file.size());
            }
            if (cursor.decodeTime() < lastDts) {
                throw MediaException.malformed(
                        "'" + file.name() + "': the decoding times of " + name + " go back at sample " + (count + 1));
            }
            if (entry != cursor.description()) {
                change(cursor);
                entry = cursor.description();
            }
            lastDts = cursor.decodeTime();
            long pts = pts(cursor);
            if (cursor.duration() > 0) {
                lastDuration = cursor.duration();
            }
            if (isVideo() && cursor.sync()) {
                addSync(sync, open);
                sync = pts;
                open = false;
            }
            if (isLeftOut(cursor, pts) || (isVideo() && sync == Long.MIN_VALUE)) {
                continue;
            }
            open |= pts < sync;
            count++;
            bytes += cursor.size();
            firstPts = Math.min(firstPts, pts);
            end = Math.max(end, pts + Math.max(1, cursor.duration()));
            Stretch stretch = stretches.get(stretches.size() - 1);
            stretch.count++;
            stretch.from = stretch.count == 1 ? pts : stretch.from;
            stretch.end = Math.max(stretch.end, end);
        }
        stretches.removeIf(stretch -> stretch.count == 0);
        addSync(sync, open);
        if (count == 0 || (isVideo() && syncCount == 0)) {
            throw MediaException.malformed("'" + file.name() + "': " + name + " has no sample that can be shown");
        }
    }

    private void change(SampleCursor cursor) {
        int description = cursor.description();
        if (description < 1 || description > movie.formats().size()) {
            throw MediaException.malformed(
                    "'" + file.name() + "': " + name + " has no sample entry " + description + " for a sample");
        }
        TrackFormat format = format(cursor);
        Stretch last = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
        if (last != null && last.as.format().equals(format)) {
            return; // said twice
        }
        if (last != null && isVideo() && !cursor.sync()) {
            throw MediaException.malformed("'" + file.name() + "': the format of " + name
                    + " changes at a picture that needs the ones before, sample " + (count + 1));
        }
        if (stretches.size() == MOST_CHANGES
                || format.codec().codec().kind() != movie.track().kind()) {
            throw MediaException.unsupported("'" + file.name() + "': the format of " + name + " changes more than "
                    + MOST_CHANGES + " times, or into another kind");
        }
        stretches.add(new Stretch(movie.track().withName(name).withFormat(format)));
    }

    private void addSync(long pts, boolean open) {
        if (pts == Long.MIN_VALUE) {
            return;
        }
        if (syncCount == syncs.length) {
            syncs = Arrays.copyOf(syncs, syncCount * 2);
        }
        syncs[syncCount++] = pts;
        openGroups |= open;
        if (!open) {
            if (closedCount == closed.length) {
                closed = Arrays.copyOf(closed, closedCount * 2);
            }
            closed[closedCount++] = pts;
        }
    }

    /** Presentation time, before the common origin is taken off. */
    private long pts(SampleCursor cursor) {
        return cursor.decodeTime() + cursor.compositionOffset() + shift;
    }

    /** Sound that an encoder put before the beginning, and what lies behind the end of an edit. */
    private boolean isLeftOut(SampleCursor cursor, long pts) {
        EditList edits = movie.edits();
        boolean before = !isVideo() && edits.start() > 0 && pts + cursor.duration() <= edits.delay();
        boolean behind = edits.duration() > 0 && !file.isFragmented() && pts >= edits.delay() + edits.duration();
        return cursor.size() == 0 || before || behind;
    }

    boolean isVideo() {
        return movie.track().kind() == Codec.Kind.VIDEO;
    }

    boolean hasOpenGroups() {
        return openGroups;
    }

    String name() {
        return name;
    }

    Track track() {
        return track;
    }

    Mp4File file() {
        return file;
    }

    long sampleBytes() {
        return bytes;
    }

    /** Nanoseconds at which the first sample is shown, less where negative times of sound count as zero. */
    long startNanos() {
        return nanos(isVideo() ? Math.min(firstPts, syncs[0]) : firstPts);
    }

    long endNanos() {
        return nanos(end);
    }

    private long nanos(long ticks) {
        return track.timebase().convert(ticks, Timebase.NANOS);
    }

    /** Makes an instant the zero of the presentation. */
    void origin(long originNanos) {
        long ticks = Timebase.NANOS.convert(originNanos, track.timebase(), RoundingMode.FLOOR);
        shift -= ticks;
        firstPts -= ticks;
        end -= ticks;
        for (int i = 0; i < syncCount; i++) {
            syncs[i] -= ticks;
        }
        for (int i = 0; i < closedCount; i++) {
            closed[i] -= ticks;
        }
        for (Stretch stretch : stretches) {
            stretch.from -= ticks;
            stretch.end -= ticks;
        }
    }

    CutPlan.SyncTimes syncTimes(boolean closedOnly) {
        long[] times = closedOnly ? Arrays.copyOf(closed, closedCount) : Arrays.copyOf(syncs, syncCount);
        for (int i = 0; i < times.length; i++) {
            times[i] = nanos(times[i]);
        }
        return new CutPlan.SyncTimes(name, times, nanos(end), nanos(end - firstPts) / count);
    }

    /** Nanoseconds at which the format becomes another one, ascending. */
    long[] changes() {
        return stretches.stream().skip(1).mapToLong(s -> nanos(s.from)).toArray();
    }

    /** The formats one after the other, as tracks; the first is {@link #track}. */
    List<Track> formats() {
        return formats;
    }

    /** Which of the formats a segment has. */
    int format(int segment) {
        return formatAt(segments.get(segment).start());
    }

    private int formatAt(long pts) {
        int format = 0;
        while (format + 1 < stretches.size() && stretches.get(format + 1).from <= pts) {
            format++;
        }
        return format;
    }

    private TrackFormat format(SampleCursor cursor) {
        return cursor.description() == 1
                ? movie.track().format()
                : movie.formats().get(cursor.description() - 1);
    }

    /** Whether a sample is at a time that another format has: the end of what was before, or pictures that need it. */
    private boolean isOverlapped(SampleCursor cursor, long pts) {
        return stretches.size() > 1 && !stretches.get(formatAt(pts)).as.format().equals(format(cursor));
    }

    /** The cuts, moved to where the format of this track changes: sound changes a little before the pictures or after them. */
    private long[] ownCuts(long[] common) {
        long[] own = common.clone();
        int last = -1;
        for (long change : changes()) {
            int nearest = FormatChanges.nearest(common, change);
            if (nearest == last || Math.abs(common[nearest] - change) > NEAR) {
                throw MediaException.unsupported("'" + file.name() + "': the format of " + name + " changes at "
                        + String.format(Locale.ROOT, "%.3f", change / 1e9)
                        + " s, where not all renditions can be cut; package the parts one by one");
            }
            own[nearest] = change;
            last = nearest;
        }
        return own;
    }

    /** Cuts at instants: pictures at the sync sample there, sound at the first frame that begins there or later. */
    void cut(long[] common, long frameNanos) {
        long[] cutNanos = ownCuts(common);
        List<Planned> planned = new ArrayList<>(cutNanos.length + 1);
        SampleCursor cursor = file.cursor(movie);
        SampleCursor first = null;
        long start = 0;
        int samples = 0;
        long size = 0;
        int next = 0;
        long tolerance = isVideo() ? Math.min(10_000_000, frameNanos / 2) : 0;
        while (cursor.next()) {
            long pts = pts(cursor);
            if (isLeftOut(cursor, pts)
                    || pts < 0
                    || isOverlapped(cursor, pts)
                    || (first == null && isVideo() && !cursor.sync())) {
                continue;
            }
            boolean due = next < cutNanos.length && nanos(pts) + tolerance >= cutNanos[next];
            if (first == null || (due && (!isVideo() || cursor.sync()))) {
                if (first != null) {
                    planned.add(planned(first, start, pts, samples, size));
                }
                while (next < cutNanos.length && nanos(pts) + tolerance >= cutNanos[next]) {
                    next++;
                }
                first = cursor.copy();
                start = pts;
                samples = 0;
                size = 0;
            }
            samples++;
            size += cursor.size();
        }
        if (first != null) {
            planned.add(planned(first, start, Math.max(end, start + 1), samples, size));
        }
        this.segments = List.copyOf(planned);
    }

    private Planned planned(SampleCursor first, long from, long to, int samples, long size) {
        if (nanos(to - from) > LONGEST) {
            throw MediaException.malformed("'" + file.name() + "': a segment of " + name + " would last "
                    + nanos(to - from) / 1_000_000_000
                    + " s; its times are damaged, or it has a gap or key frames more than six hours apart");
        }
        return new Planned(first, from, to, samples, size);
    }

    List<Planned> segments() {
        return segments;
    }

    boolean isShown(SampleCursor cursor) {
        long pts = pts(cursor);
        return !isLeftOut(cursor, pts) && pts >= 0 && !isOverlapped(cursor, pts);
    }

    long presentationTime(SampleCursor cursor) {
        return pts(cursor);
    }

    long decodeTime(SampleCursor cursor) {
        return cursor.decodeTime() + shift;
    }

    long lastDuration() {
        return lastDuration;
    }
}
