package io.headend.ingest;

import io.headend.core.MediaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A transport stream in RTP (RFC 2250), with forward error correction (SMPTE ST 2022-1: columns at the port + 2, rows at the port +
 * 4) and any number of legs that carry the same packets (SMPTE ST 2022-7).
 *
 * @param legs where the packets come in, 1 to 7 addresses
 * @param fec which FEC streams are listened to
 * @param buffer longest time that a packet is waited for: at least the skew of the legs, and twice the time that a FEC matrix takes
 * @param program number of the program, or 0 for the first
 */
public record Rtp(List<DatagramAddress> legs, Fec fec, Duration buffer, int program) implements InputSpec {

    /** Long enough for a 10x10 matrix from 4 Mb/s on, and for legs 450 ms apart. */
    public static final Duration STANDARD_BUFFER = Duration.ofMillis(500);

    /** FEC streams. */
    public enum Fec {
        OFF,
        COLUMN,
        ROW,
        /** Columns and rows. */
        TWO_DIMENSIONAL
    }

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if there are no or too many legs, or a FEC port would be above 65,535
     */
    public Rtp {
        legs = List.copyOf(legs);
        if (legs.isEmpty() || legs.size() > 7) {
            throw MediaException.invalidArgument("RTP has 1 to 7 legs, not " + legs.size());
        }
        if (buffer.isNegative() || buffer.compareTo(Duration.ofSeconds(10)) > 0) {
            throw MediaException.invalidArgument("a buffer for RTP is 0 to 10 s, not " + buffer);
        }
        for (DatagramAddress leg : legs) {
            if (fec != Fec.OFF && leg.port() > 65_531) {
                throw MediaException.invalidArgument("the FEC ports of " + leg + " would be above 65535");
            }
        }
    }

    /** One leg with both FEC streams. */
    public static Rtp of(DatagramAddress leg) {
        return new Rtp(List.of(leg), Fec.TWO_DIMENSIONAL, STANDARD_BUFFER, 0);
    }

    /**
     * Reads {@code rtp://[x@]host:port[?fec=2d|column|row|off&legs=host:port,…&buffer=MILLIS&program=N&interface=NAME]}.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if it is not of that form
     */
    static Rtp parse(String url) {
        Query query = Query.of(url, Set.of("fec", "legs", "buffer", "program", "interface"));
        List<DatagramAddress> legs = new ArrayList<>();
        legs.add(Udp.on(DatagramAddress.parse(Query.authority(url), url), query));
        for (String leg : query.text("legs", "").split(",", -1)) {
            if (!leg.isEmpty()) {
                legs.add(Udp.on(DatagramAddress.parse(leg, url), query));
            }
        }
        String named = query.text("fec", "2d").toLowerCase(Locale.ROOT);
        Fec fec = switch (named) {
            case "2d" -> Fec.TWO_DIMENSIONAL;
            case "column" -> Fec.COLUMN;
            case "row" -> Fec.ROW;
            case "off" -> Fec.OFF;
            default ->
                throw MediaException.invalidArgument(
                        "'" + url + "': fec is 2d, column, row or off, not '" + named + "'");
        };
        return new Rtp(legs, fec, query.millis("buffer", STANDARD_BUFFER, 10_000), query.number("program", 0, 0xFFFF));
    }

    @Override
    public String url() {
        return "rtp://" + legs.get(0);
    }
}
