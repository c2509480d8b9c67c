package io.headend.formats.dash;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * {@code EventStream} (ISO/IEC 23009-1, 5.10.2).
 *
 * @param schemeIdUri what its messages are, such as {@link #SCTE35_XML}
 * @param value sub-scheme, empty to leave it out
 * @param timescale ticks per second
 * @param presentationTimeOffset ticks at the start of the period
 */
public record EventStream(
        String schemeIdUri, String value, int timescale, long presentationTimeOffset, List<Event> events) {

    /** SCTE 214-1: a splice information section in an element {@code Signal} in base64. */
    public static final String SCTE35_XML = "urn:scte:scte35:2014:xml+bin";

    /** SCTE 214-3: a splice information section as it is, in {@code emsg}. */
    public static final String SCTE35_BINARY = "urn:scte:scte35:2013:bin";

    /**
     * {@code Event}.
     *
     * @param presentationTime in ticks
     * @param duration in ticks, or -1 where unknown
     * @param id the same for repetitions of one event
     * @param message each call gives a view of its own
     */
    public record Event(long presentationTime, long duration, long id, ByteBuffer message) {
        public Event {
            if (presentationTime < 0 || id < 0 || id > 0xFFFF_FFFFL) {
                throw new IllegalArgumentException("no event: time " + presentationTime + ", id " + id);
            }
            message = message.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer message() {
            return message.duplicate();
        }
    }

    public EventStream {
        events = List.copyOf(events);
    }
}
