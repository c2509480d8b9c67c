package io.headend.packaging;

import io.headend.core.CodecString;
import io.headend.core.ContentProtection;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rendition of a presentation, as its newest segment has it, and its listed segments, oldest first.
 *
 * @param track name (folder), format, timebase and language
 * @param codec its entry of an RFC 6381 codecs list
 * @param protection how its samples are protected as the initialisation segment tells, or {@code null} where they are clear
 * @param segments complete ones, numbers strictly ascending
 * @param others what is said instead where a segment needs another initialisation segment than the newest, by that one's name
 * @param open the segment that is being written, in low latency, or {@code null}
 */
public record PublishedTrack(
        Track track,
        CodecString codec,
        @Nullable ContentProtection protection,
        List<SegmentEntry> segments,
        Map<String, PublishedTrack> others,
        @Nullable OpenSegment open) {

    public PublishedTrack {
        segments = List.copyOf(segments);
        others = Map.copyOf(others);
    }

    /** A track whose segments all need the same initialisation segment. */
    public PublishedTrack(
            Track track, CodecString codec, @Nullable ContentProtection protection, List<SegmentEntry> segments) {
        this(track, codec, protection, segments, Map.of(), null);
    }

    /** The track as these of its segments have it, which need the same initialisation segment, and them alone. */
    PublishedTrack only(List<SegmentEntry> some) {
        PublishedTrack as = some.isEmpty() ? this : as(some.get(0));
        return new PublishedTrack(as.track, as.codec, as.protection, some);
    }

    /** The same track with other segments. */
    PublishedTrack listing(List<SegmentEntry> some, @Nullable OpenSegment growing) {
        return new PublishedTrack(track, codec, protection, some, others, growing);
    }

    /** Whether a part can be fetched, or, for index -1, the whole segment; what lies behind the last part of a segment is the first of the next. */
    boolean has(long number, int part) {
        SegmentEntry last = segments.get(segments.size() - 1);
        if (open != null && open.number() > number + 1) {
            return true;
        }
        if (part < 0 || number < last.number()) {
            return last.number() >= number;
        }
        if (number == last.number() && part < last.layout().parts().size()) {
            return true;
        }
        if (open == null || open.number() < number) {
            return false;
        }
        return open.number() > number ? !open.parts().isEmpty() : open.parts().size() > part;
    }

    /** What is said of the track where this segment is. */
    PublishedTrack as(SegmentEntry segment) {
        return others.getOrDefault(segment.init(), this);
    }

    /**
     * How a segment is encrypted, or {@code null} where it is clear: as its initialisation segment tells, or with the key of its crypto
     * period.
     */
    public @Nullable ContentProtection protection(SegmentEntry segment) {
        ContentProtection own = segment.layout().key();
        return own == null ? as(segment).protection : own;
    }

    /** Whether keys change with time, so that {@link #protection()} does not hold for all segments. */
    public boolean keysChange() {
        return segments.stream().anyMatch(segment -> segment.layout().key() != null);
    }

    /** The codings of all listed segments, that of the newest first. */
    List<CodecString> codecs() {
        Set<CodecString> all = new LinkedHashSet<>();
        all.add(codec);
        segments.forEach(segment -> all.add(as(segment).codec));
        return List.copyOf(all);
    }

    public String name() {
        return track.name();
    }

    /**
     * Bits per second at most, over neighbouring segments that last between half and one and a half times the longest one
     * together (RFC 8216bis, 4.4.6.2); 0 where nothing is listed.
     */
    public long peakBitrate() {
        long longest = segments.stream().mapToLong(SegmentEntry::duration).max().orElse(0);
        long peak = 0;
        for (int first = 0; first < segments.size(); first++) {
            long bytes = 0;
            long ticks = 0;
            for (int i = first; i < segments.size(); i++) {
                bytes += segments.get(i).bytes();
                ticks += segments.get(i).duration();
                if (2 * ticks > 3 * longest) {
                    break;
                }
                if (2 * ticks >= longest) {
                    peak = Math.max(peak, bitrate(bytes, ticks));
                }
            }
        }
        return peak;
    }

    /** Bits per second of all listed segments together; 0 where nothing is listed. */
    public long averageBitrate() {
        long bytes = 0;
        long ticks = 0;
        for (SegmentEntry segment : segments) {
            bytes += segment.bytes();
            ticks += segment.duration();
        }
        return ticks == 0 ? 0 : bitrate(bytes, ticks);
    }

    public Timestamp start(SegmentEntry segment) {
        return Timestamp.of(segment.start(), track.timebase());
    }

    public Timestamp duration(SegmentEntry segment) {
        return Timestamp.of(segment.duration(), track.timebase());
    }

    private long bitrate(long bytes, long ticks) {
        long micros = Math.max(1, track.timebase().convert(ticks, Timebase.MICROS));
        return (Math.multiplyExact(bytes, 8_000_000L) + micros - 1) / micros;
    }
}
