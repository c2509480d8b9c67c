package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.Timestamp;
import io.headend.formats.hls.ByteRange;
import io.headend.formats.hls.MediaPlaylist;
import io.headend.formats.hls.MediaSegment;
import io.headend.formats.hls.MediaSegment.Flag;
import io.headend.formats.hls.PartialSegment;
import io.headend.formats.hls.PreloadHint;
import io.headend.formats.hls.RenditionReport;
import io.headend.formats.hls.ServerControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The media playlist of one rendition of a snapshot, whole or as what changed. One use. */
final class HlsMedia {

    /** Parts and whole segments are told this many target durations back (RFC 8216bis, 4.4.4.9 and 4.4.3.8). */
    private static final int PARTS_KEPT = 3;

    private static final int SKIP_UNTIL = 6;
    private static final int HOLD_BACK = 3;

    private final Presentation presentation;
    private final PublishedTrack track;
    private final HlsForm form;
    private final EpochGrid grid;
    private final HlsCues cues;
    private final Set<Long> discontinuities;
    private final boolean lowLatency;
    private final int target;
    private final List<Listed> listed = new ArrayList<>();
    private @Nullable Timestamp previous;

    /** A segment of the playlist and where it begins and ends, for what depends on the distance from the end. */
    private record Listed(MediaSegment segment, Duration start) {}

    HlsMedia(Presentation presentation, PublishedTrack track) {
        this(presentation, track, HlsForm.CMAF);
    }

    HlsMedia(Presentation presentation, PublishedTrack track, HlsForm form) {
        this.form = form;
        this.presentation = presentation;
        this.track = track;
        this.grid = presentation.policy().grid();
        this.cues = new HlsCues(presentation);
        this.discontinuities = presentation.discontinuities();
        // text has no parts
        this.lowLatency = presentation.settings().isLowLatency()
                && !presentation.ended()
                && track.track().kind() != Codec.Kind.TEXT;
        this.target = HlsWriter.targetDuration(presentation);
    }

    /**
     * @param update whether the client has the segments before {@code CAN-SKIP-UNTIL}
     */
    MediaPlaylist write(boolean update) {
        MediaPlaylist.Builder playlist = MediaPlaylist.builder(target)
                .sequence(presentation.firstNumber(), presentation.breaks().count())
                .type(type());
        if (lowLatency) {
            playlist.partTarget(presentation.settings().part()).serverControl(control());
        }
        segments();
        int skipped = update && lowLatency ? skippable() : 0;
        playlist.skipped(skipped);
        if (presentation.isLive()) {
            cues.dateRanges().forEach(playlist::dateRange);
        }
        listed.subList(skipped, listed.size()).forEach(entry -> playlist.segment(entry.segment()));
        if (lowLatency) {
            edge(playlist);
        }
        return playlist.build();
    }

    /** The first pictures of the segments, for trick play (RFC 8216bis, 4.4.3.6). */
    MediaPlaylist iframes() {
        MediaPlaylist.Builder playlist = MediaPlaylist.builder(target)
                .sequence(presentation.firstNumber(), presentation.breaks().count())
                .type(type())
                .iframesOnly();
        long next = presentation.firstNumber();
        String init = init(track.segments().get(0));
        for (SegmentEntry entry : track.segments()) {
            gaps(next, entry.number(), init);
            Duration length = HlsWriter.duration(track.duration(entry));
            MediaSegment.Builder picture = form == HlsForm.TRANSPORT_STREAM
                    ? MediaSegment.builder(entry.number() + ".i.ts", length)
                    : MediaSegment.builder(entry.number() + ".m4s", length)
                            .map(init(entry))
                            .keys(HlsKeys.of(track, entry))
                            .byteRange(new ByteRange(entry.layout().keyFrameBytes(), 0));
            if (entry.discontinuity()) {
                picture.flag(Flag.DISCONTINUITY);
            }
            if (presentation.isLive()) {
                picture.programDateTime(track.start(entry).toInstant());
            }
            listed.add(new Listed(picture.build(), Duration.ZERO));
            next = entry.number() + 1;
            init = init(entry);
        }
        listed.forEach(entry -> playlist.segment(entry.segment()));
        return playlist.build();
    }

    private MediaPlaylist.Type type() {
        if (!presentation.isLive()) {
            return MediaPlaylist.Type.VOD;
        }
        return presentation.ended() ? MediaPlaylist.Type.ENDED : MediaPlaylist.Type.LIVE;
    }

    private ServerControl control() {
        return new ServerControl(
                true,
                Duration.ofSeconds((long) HOLD_BACK * target),
                presentation.settings().partHoldBack(),
                Duration.ofSeconds((long) SKIP_UNTIL * target));
    }

    private void segments() {
        Duration partsFrom = end().minusSeconds((long) PARTS_KEPT * target);
        long next = presentation.firstNumber();
        String init = init(track.segments().get(0));
        for (SegmentEntry entry : track.segments()) {
            gaps(next, entry.number(), init);
            listed.add(segment(entry, next < entry.number(), partsFrom));
            next = entry.number() + 1;
            init = init(entry);
        }
        OpenSegment open = track.open();
        if (lowLatency && open != null && !open.parts().isEmpty() && open.number() >= next) {
            gaps(next, open.number(), init);
            listed.add(growing(open));
        }
    }

    /** Numbers that are not listed appear as gaps, so that the media sequence stays k. */
    private void gaps(long from, long to, String init) {
        Duration each = HlsWriter.duration(grid.segmentDuration());
        for (long missing = from; missing < to; missing++) {
            MediaSegment.Builder gap = mapped(
                    MediaSegment.builder(missing + form.extension(), each).flag(Flag.GAP), init);
            if (lowLatency && discontinuities.contains(missing)) {
                gap.flag(Flag.DISCONTINUITY);
            }
            listed.add(new Listed(gap.build(), HlsWriter.duration(grid.segmentStart(missing))));
        }
    }

    private Listed segment(SegmentEntry entry, boolean afterGap, Duration partsFrom) {
        Duration length = HlsWriter.duration(track.duration(entry));
        MediaSegment.Builder segment = mapped(
                        MediaSegment.builder(entry.number() + extension(entry), length), init(entry))
                .keys(HlsKeys.of(track, entry));
        if (entry.discontinuity()) {
            segment.flag(Flag.DISCONTINUITY);
        }
        boolean dated = lowLatency || listed.isEmpty() || afterGap || entry.discontinuity();
        if (presentation.isLive() && dated) {
            segment.programDateTime(track.start(entry).toInstant());
        }
        if (presentation.settings().cueTags()) {
            cues.mark(segment, previous, track.start(entry));
            previous = track.start(entry);
        }
        Duration start = HlsWriter.duration(track.start(entry));
        if (lowLatency && start.compareTo(partsFrom) >= 0) {
            parts(segment, entry.number(), entry.layout().parts());
        }
        return new Listed(segment.build(), start);
    }

    private static String init(SegmentEntry entry) {
        return KeyedInit.name(entry.init(), entry.layout().key());
    }

    /** What has no initialisation segment is text. */
    private String extension(SegmentEntry entry) {
        return entry.init().isEmpty() ? ".vtt" : form.extension();
    }

    private MediaSegment.Builder mapped(MediaSegment.Builder segment, String init) {
        return init.isEmpty() || form == HlsForm.TRANSPORT_STREAM ? segment : segment.map(init);
    }

    private Listed growing(OpenSegment open) {
        Timestamp start = Timestamp.of(open.start(), track.track().timebase());
        MediaSegment.Builder segment = MediaSegment.growing()
                .map(KeyedInit.name(open.init(), open.needs().key()))
                .keys(HlsKeys.of(
                        open.needs().key() == null
                                ? track.protection()
                                : open.needs().key()))
                .programDateTime(start.toInstant());
        if (open.discontinuity()) {
            segment.flag(Flag.DISCONTINUITY);
        }
        parts(segment, open.number(), open.parts());
        return new Listed(segment.build(), HlsWriter.duration(start));
    }

    private void parts(MediaSegment.Builder segment, long number, List<Part> parts) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Duration length = HlsWriter.duration(
                    Timestamp.of(part.duration(), track.track().timebase()));
            segment.part(new PartialSegment(number + "." + i + ".m4s", length, part.independent(), false));
        }
    }

    /** Where the playlist ends. */
    private Duration end() {
        OpenSegment open = track.open();
        if (open != null) {
            return HlsWriter.duration(
                    Timestamp.of(open.start() + open.duration(), track.track().timebase()));
        }
        SegmentEntry last = track.segments().get(track.segments().size() - 1);
        return HlsWriter.duration(track.start(last).plusTicks(last.duration()));
    }

    /** How many segments lie so far back that a client which follows the playlist has them. */
    private int skippable() {
        Duration boundary = end().minusSeconds((long) SKIP_UNTIL * target);
        int count = 0;
        while (count + 1 < listed.size() && listed.get(count + 1).start().compareTo(boundary) <= 0) {
            count++;
        }
        return count;
    }

    private void edge(MediaPlaylist.Builder playlist) {
        OpenSegment open = track.open();
        SegmentEntry last = track.segments().get(track.segments().size() - 1);
        long number = last.number() + 1;
        int index = 0;
        if (open != null && open.number() >= number) {
            number = open.full() ? open.number() + 1 : open.number();
            index = open.full() ? 0 : open.parts().size();
        }
        playlist.hint(new PreloadHint("PART", number + "." + index + ".m4s"));
        for (PublishedTrack other : presentation.tracks()) {
            if (!other.name().equals(track.name()) && other.track().kind() != Codec.Kind.TEXT) {
                playlist.report(report(other));
            }
        }
    }

    private static RenditionReport report(PublishedTrack other) {
        String uri = "../" + other.name() + "/media.m3u8";
        OpenSegment open = other.open();
        if (open != null && !open.parts().isEmpty()) {
            return new RenditionReport(uri, open.number(), open.parts().size() - 1);
        }
        SegmentEntry last = other.segments().get(other.segments().size() - 1);
        return new RenditionReport(uri, last.number(), last.layout().parts().size() - 1);
    }
}
