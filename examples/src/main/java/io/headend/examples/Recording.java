package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.EndOfStream;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.formats.h26x.NalUnits;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.packaging.SpliceTrack;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream into one file without transcoding, its first sample at time zero.
 *
 * <p>A container names its tracks at its beginning, so samples are held until picture and sound are known, or until three seconds have
 * come without one of them. Pictures before the first one that can be decoded are left out. An MP4 file holds one configuration of each
 * track: where that changes, {@link #accept} fails with {@code UNSUPPORTED} and the file ends.
 *
 * <p><b>Threading:</b> one thread; {@link #recorded} by any.
 */
final class Recording implements StreamSink, AutoCloseable {

    private static final long PATIENCE_NANOS = 3_000_000_000L;
    private static final long SETTLING_NANOS = 500_000_000L;
    private static final int MOST_HELD = 5_000;
    private static final int MOST_CUES = 20_000;

    /** A splice message and the decoding time of the sample before it. */
    private record Arrived(long nanos, Cue cue) {}

    /** Text and data that FFmpeg's muxers write as they came, by FFmpeg's names. */
    private static final Map<String, Set<String>> EXTRAS =
            Map.of("mpegts", Set.of("timed_id3", "dvb_teletext", "klv"), "mp4", Set.of("mov_text"));

    private final Path file;
    private final String format;
    private final Map<Integer, Track> announced = new TreeMap<>();
    private final Map<Integer, Track> written = new TreeMap<>();
    private final Map<Integer, long[]> counts = new TreeMap<>();
    private final Map<Integer, Long> lastDts = new HashMap<>();
    private final Map<Integer, Long> firstTicks = new HashMap<>();
    private final ArrayDeque<Sample> held = new ArrayDeque<>();
    private final Set<Integer> decodable = new HashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Arrived> cues = new ArrayList<>();
    private long lastNanos = Long.MIN_VALUE;
    private @Nullable Muxer muxer;
    private boolean begun;
    private long firstNanos;
    private volatile long recordedNanos;

    /** @param format FFmpeg's name of the container */
    Recording(Path file, String format) {
        this.file = file;
        this.format = format;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            announce(info.track());
        } else if (item instanceof Sample sample) {
            accept(sample);
        } else if (item instanceof Cue cue) {
            cue(cue);
        } else if (item instanceof EndOfStream && muxer == null && begun) {
            open();
        }
    }

    private void announce(Track track) {
        announced.put(track.id(), track);
        Track before = written.get(track.id());
        if (muxer == null) {
            return;
        }
        if (before == null && isRecorded(track)) {
            note(track.name() + " came after the recording had begun and is not in it");
        } else if (before != null
                && !before.format().codec().equals(track.format().codec())) {
            if (!format.equals("mpegts")) {
                throw MediaException.unsupported(track.name() + " changed its format after "
                        + String.format(Locale.ROOT, "%.3f", recordedNanos / 1e9)
                        + " s, where the recording ends; record such inputs to a .ts file");
            }
            note(track.name() + " changed its configuration during the recording");
        }
    }

    /** Something else to say of the recording. */
    void note(String text) {
        if (notes.size() < 20 && !notes.contains(text)) {
            notes.add(text);
        }
    }

    private static boolean isRegular(Track track) {
        return track.kind() == Codec.Kind.VIDEO || track.kind() == Codec.Kind.AUDIO;
    }

    /** Pictures, sound, and what else the container has a place for. */
    private boolean isRecorded(Track track) {
        return isRegular(track)
                || EXTRAS.getOrDefault(format, Set.of())
                        .contains(track.format().codec().name());
    }

    private void accept(Sample sample) {
        Track track = announced.get(sample.trackId());
        boolean picture = track != null && track.kind() == Codec.Kind.VIDEO;
        if (track != null && !isRecorded(track)) {
            note(track.name() + " (" + track.format().codec().name()
                    + ") has no place in this container and is left out");
        }
        if (track == null || !isRecorded(track) || (picture && !sample.sync() && !decodable.contains(track.id()))) {
            sample.close();
            return;
        }
        if (isRegular(track)) {
            decodable.add(track.id());
        }
        if (muxer != null) {
            write(sample);
            return;
        }
        held.add(sample);
        long nanos = track.timebase().convert(sample.dts(), Timebase.NANOS);
        if (!isRegular(track)) {
            return;
        }
        lastNanos = Math.max(lastNanos, nanos);
        firstNanos = begun ? Math.min(firstNanos, nanos) : nanos;
        begun = true;
        long waited = nanos - firstNanos;
        if (waited >= (hasBoth() ? SETTLING_NANOS : PATIENCE_NANOS) || held.size() >= MOST_HELD) {
            open();
        }
    }

    private void cue(Cue cue) {
        if (!cue.schemeIdUri().equals(SpliceInfoSection.SCHEME_ID_URI)) {
            return;
        }
        if (cues.size() == MOST_CUES) {
            note("there are more than " + MOST_CUES + " splice messages; the later ones are not in the recording");
            return;
        }
        cues.add(new Arrived(lastNanos, cue));
    }

    /** The splice messages for pictures of the file, their times on its clock. */
    List<Cue> cues() {
        long zero = Timebase.NANOS.convert(firstNanos, Timebase.MPEG);
        return cues.stream()
                .map(arrived -> moved(arrived.cue(), zero))
                .filter(cue -> cue.at().ticks() >= 0)
                .toList();
    }

    private static Cue moved(Cue cue, long zero) {
        Timestamp at = Timestamp.of(cue.at().ticksIn(Timebase.MPEG, RoundingMode.HALF_UP) - zero, Timebase.MPEG);
        return new Cue(cue.schemeIdUri(), cue.id(), at, cue.duration(), cue.message());
    }

    /** Puts the splice messages into a transport stream that is finished and closed. */
    void addCues() {
        long zero = Timebase.NANOS.convert(firstNanos, Timebase.MPEG);
        long clock = clockTicks();
        List<SpliceTrack.Message> messages = new ArrayList<>();
        for (Arrived arrived : cues) {
            Cue cue = moved(arrived.cue(), zero + clock);
            long came = Timebase.NANOS.convert(Math.max(0, arrived.nanos() - firstNanos), Timebase.MPEG);
            if (cue.at().ticks() >= -clock) {
                messages.add(new SpliceTrack.Message(came - clock, cue));
            }
        }
        if (!messages.isEmpty()) {
            SpliceTrack.addTo(file, messages);
        }
    }

    /** First decoding time of the track that carries FFmpeg's clock: the first one with pictures, else the first. */
    private long clockTicks() {
        return written.values().stream()
                .filter(track -> firstTicks.containsKey(track.id()))
                .min(Comparator.comparingInt(track -> track.kind() == Codec.Kind.VIDEO ? 0 : 1))
                .map(track -> firstTicks.get(track.id()))
                .orElse(0L);
    }

    private boolean hasBoth() {
        return decodable.stream()
                        .map(announced::get)
                        .map(Track::kind)
                        .distinct()
                        .count()
                == 2;
    }

    private void open() {
        MuxerBuilder builder = Muxer.builder("file:" + file).format(format);
        if (format.equals("mp4")) {
            // Readable at every moment, and an ordinary file at the end.
            builder.option("movflags", "hybrid_fragmented");
        }
        for (Track track : announced.values()) {
            if (decodable.contains(track.id()) || (isRecorded(track) && !isRegular(track))) {
                written.put(track.id(), track);
                builder.track(track);
            }
        }
        muxer = builder.open();
        while (!held.isEmpty()) {
            write(held.remove());
        }
    }

    private void write(Sample sample) {
        try (Sample owned = sample) {
            Track track = written.get(owned.trackId());
            Muxer open = muxer;
            if (track == null || open == null) {
                return;
            }
            long shift = Timebase.NANOS.convert(firstNanos, track.timebase());
            long dts = owned.dts() - shift;
            if (dts < 0 || dts <= lastDts.getOrDefault(track.id(), -1L)) {
                note("samples of " + track.name() + " that came too late are not in the recording");
                return;
            }
            // Containers refuse it, or a player stumbles over it.
            if (!isWhole(track, owned)) {
                note("samples of " + track.name() + " that are cut off are not in the recording");
                return;
            }
            lastDts.put(track.id(), dts);
            firstTicks.putIfAbsent(track.id(), track.timebase().convert(dts, Timebase.MPEG));
            lastNanos = Math.max(lastNanos, track.timebase().convert(owned.dts(), Timebase.NANOS));
            try (Sample moved = owned.with(owned.info().withTimes(owned.pts() - shift, dts, owned.duration()))) {
                open.write(moved);
            }
            long[] count = counts.computeIfAbsent(track.id(), id -> new long[2]);
            count[0]++;
            count[1] += owned.size();
            recordedNanos = Math.max(recordedNanos, track.timebase().convert(dts + owned.duration(), Timebase.NANOS));
        }
    }

    private static boolean isWhole(Track track, Sample sample) {
        Codec codec = track.format().codec().codec();
        if (codec != Codec.AVC && codec != Codec.HEVC) {
            return true;
        }
        NalUnits units = NalUnits.of(sample.data());
        try {
            while (units.next()) {}
            return true;
        } catch (MediaException e) {
            return false;
        }
    }

    /** Stream time in the file so far. */
    Duration recorded() {
        return Duration.ofNanos(recordedNanos);
    }

    /** Stream time that has come so far, written or held. */
    boolean hasBegun() {
        return begun;
    }

    /** Tracks in the file, in their order. */
    List<Track> tracks() {
        return List.copyOf(written.values());
    }

    /** Samples of a track in the file. */
    long samples(int track) {
        return counts.getOrDefault(track, new long[2])[0];
    }

    /** Payload bytes of a track in the file. */
    long bytes(int track) {
        return counts.getOrDefault(track, new long[2])[1];
    }

    /** What is not as one would expect, one sentence each. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Writes the end of the file; false if nothing came that could be written. */
    boolean finish() {
        if (muxer == null && begun) {
            open();
        }
        Muxer open = muxer;
        if (open == null) {
            return false;
        }
        open.finish();
        return true;
    }

    @Override
    public void close() {
        held.forEach(Sample::close);
        held.clear();
        Muxer open = muxer;
        if (open != null) {
            open.close();
        }
    }
}
