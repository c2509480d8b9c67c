package io.headend.packaging;

import java.util.Map;
import java.util.OptionalLong;

/**
 * The delivery directives of a media playlist request (RFC 8216bis, 6.2.5).
 *
 * @param number {@code _HLS_msn}, or -1 where the present playlist is asked for
 * @param part {@code _HLS_part}, or -1 where the whole segment is
 * @param skip whether {@code _HLS_skip} asks for what changed alone
 */
record PlaylistRequest(long number, int part, boolean skip) {

    /** A request that cannot be answered, with the sentence to tell so. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    static PlaylistRequest parse(Map<String, String> query) throws Refused {
        String skip = query.get("_HLS_skip");
        if (skip != null && !skip.equals("YES") && !skip.equals("v2")) {
            throw new Refused("_HLS_skip is YES or v2.");
        }
        OptionalLong number = decimal(query, "_HLS_msn");
        OptionalLong part = decimal(query, "_HLS_part");
        if (part.isPresent() && number.isEmpty()) {
            throw new Refused("_HLS_part needs _HLS_msn.");
        }
        if (part.orElse(0) > Integer.MAX_VALUE) {
            throw new Refused("_HLS_part is out of range.");
        }
        return new PlaylistRequest(number.orElse(-1), (int) part.orElse(-1), skip != null);
    }

    private static OptionalLong decimal(Map<String, String> query, String name) throws Refused {
        String value = query.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!value.matches("\\d{1,18}")) {
            throw new Refused(name + " is not a decimal integer.");
        }
        return OptionalLong.of(Long.parseLong(value));
    }

    boolean waits() {
        return number >= 0;
    }

    /** Refuses what lies so far ahead that the client must be wrong. */
    void check(Presentation present, PublishedTrack track) throws Refused {
        if (!waits() || present.ended()) {
            return;
        }
        if (number > present.lastNumber() + 2) {
            throw new Refused("_HLS_msn is more than two segments ahead.");
        }
        OpenSegment open = track.open();
        int parts = open != null && open.number() == number ? open.parts().size() : 0;
        if (part >= parts + ahead(present) && !track.has(number, part)) {
            throw new Refused("_HLS_part is too far ahead.");
        }
    }

    /** The advance part limit of RFC 8216bis, 6.2.5.2. */
    private static long ahead(Presentation present) {
        long part = Math.max(1, present.settings().part().toMillis());
        return part < 1000 ? (3000 + part - 1) / part : 3;
    }

    /** Whether a snapshot has what is waited for. */
    boolean isAnsweredBy(Presentation present, PublishedTrack track) {
        return !waits() || present.ended() || track.has(number, part);
    }
}
