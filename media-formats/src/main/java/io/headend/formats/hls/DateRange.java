package io.headend.formats.hls;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code EXT-X-DATERANGE} (RFC 8216bis, 4.4.5.1).
 *
 * @param id unique within the playlist; attributes of one id never change, only grow
 * @param rangeClass {@code CLASS}, or {@code null}
 * @param start first instant, written to the millisecond
 * @param duration how long it lasted, or {@code null} where that is not known yet
 * @param planned how long it is expected to last, or {@code null}
 * @param messages hexadecimal values by name, such as {@code SCTE35-OUT} with {@code 0xFC30…}
 */
public record DateRange(
        String id,
        @Nullable String rangeClass,
        Instant start,
        @Nullable Duration duration,
        @Nullable Duration planned,
        Map<String, String> messages) {

    public DateRange {
        messages = Map.copyOf(messages);
    }

    String toLine() {
        Attributes attributes = new Attributes().quoted("ID", id);
        if (rangeClass != null) {
            attributes.quoted("CLASS", rangeClass);
        }
        attributes.quoted("START-DATE", MediaSegment.dateTime(start));
        if (duration != null) {
            attributes.seconds("DURATION", duration);
        }
        if (planned != null) {
            attributes.seconds("PLANNED-DURATION", planned);
        }
        new TreeMap<>(messages).forEach(attributes::plain);
        return "#EXT-X-DATERANGE:" + attributes + "\n";
    }
}
