package io.headend.packaging;

import io.headend.core.Cue;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.isobmff.EventMessageBox;
import java.math.RoundingMode;

/** Cues as {@code emsg} boxes in segments (ISO/IEC 23009-1, 5.10.3; SCTE 214-3). */
final class EventBoxes {

    private static final long UNKNOWN = 0xFFFF_FFFFL;

    private EventBoxes() {}

    static EventMessageBox of(Cue cue, Timebase timebase) {
        Timestamp length = cue.duration();
        long duration = length == null ? UNKNOWN : length.ticksIn(timebase, RoundingMode.HALF_UP);
        return new EventMessageBox(
                cue.schemeIdUri(),
                "",
                timebase.den(),
                Math.max(0, cue.at().ticksIn(timebase, RoundingMode.HALF_UP)),
                new EventMessageBox.Event(duration < 0 || duration > UNKNOWN ? UNKNOWN : duration, Splice.eventId(cue)),
                cue.message());
    }
}
