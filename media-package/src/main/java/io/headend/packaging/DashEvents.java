package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.dash.Descriptor;
import io.headend.formats.dash.Descriptor.Element;
import io.headend.formats.dash.EventStream;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Cues as event streams of periods (ISO/IEC 23009-1, 5.10.2; SCTE 214-1, 6.7), and the periods that breaks begin. */
final class DashEvents {

    private static final Timebase TICKS = Timebase.MPEG;

    private DashEvents() {}

    /**
     * @param end of the period, or {@code null} where it is open
     */
    static List<EventStream> of(Presentation presentation, Timestamp start, @Nullable Timestamp end) {
        long offset = start.ticksIn(TICKS, RoundingMode.HALF_UP);
        Map<String, List<EventStream.Event>> streams = new LinkedHashMap<>();
        for (Cue cue : presentation.cues()) {
            if (cue.at().compareTo(start) < 0 || (end != null && cue.at().compareTo(end) >= 0)) {
                continue;
            }
            String scheme = Splice.isSplice(cue) ? EventStream.SCTE35_XML : cue.schemeIdUri();
            Timestamp length = cue.duration();
            streams.computeIfAbsent(scheme, s -> new ArrayList<>())
                    .add(new EventStream.Event(
                            cue.at().ticksIn(TICKS, RoundingMode.HALF_UP),
                            length == null ? -1 : length.ticksIn(TICKS, RoundingMode.HALF_UP),
                            Splice.eventId(cue),
                            cue.message()));
        }
        List<EventStream> all = new ArrayList<>();
        streams.forEach((scheme, events) -> all.add(new EventStream(scheme, "", TICKS.den(), offset, events)));
        return all;
    }

    /** Schemes of the {@code emsg} boxes in the segments. */
    static List<Descriptor> inband(Presentation presentation) {
        if (!presentation.isLive() && presentation.settings().timeShift().isZero()) {
            return List.of(); // segments of a film hold none
        }
        TreeSet<String> schemes = new TreeSet<>();
        presentation.cues().forEach(cue -> schemes.add(cue.schemeIdUri()));
        return schemes.stream()
                .map(scheme -> new Descriptor(Element.SUPPLEMENTAL_PROPERTY, scheme, null))
                .toList();
    }

    /** Numbers of the segments that begin where a break begins or ends. */
    static SortedSet<Long> breaks(Presentation presentation) {
        SortedSet<Long> numbers = new TreeSet<>();
        List<Splice> splices = Splice.of(presentation.cues());
        if (splices.isEmpty()) {
            return numbers;
        }
        Timestamp frame = presentation.policy().grid().startOfFrame(1);
        for (PublishedTrack track : presentation.tracks()) {
            if (track.track().kind() != Codec.Kind.VIDEO) {
                continue;
            }
            for (SegmentEntry entry : track.segments()) {
                Timestamp start = track.start(entry);
                for (Splice splice : splices) {
                    long late = start.toNanos() - splice.at().toNanos();
                    if (splice.kind() != Splice.Kind.COMMAND && late >= 0 && late < frame.toNanos()) {
                        numbers.add(entry.number());
                    }
                }
            }
        }
        return numbers;
    }
}
