package io.headend.ingest;

import io.headend.core.MediaException;
import java.util.Set;

/**
 * A transport stream in UDP datagrams, unicast or multicast. Datagrams that turn out to be RTP are read as such, without repair.
 *
 * @param address where they come in
 * @param program number of the program, or 0 for the first
 */
public record Udp(DatagramAddress address, int program) implements InputSpec {

    /** The first program. */
    public static Udp of(DatagramAddress address) {
        return new Udp(address, 0);
    }

    /**
     * Reads {@code udp://[x@]host:port[?program=N&interface=NAME]}, see {@link DatagramAddress}.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if it is not of that form
     */
    static Udp parse(String url) {
        Query query = Query.of(url, Set.of("program", "interface"));
        DatagramAddress address = DatagramAddress.parse(Query.authority(url), url);
        return new Udp(on(address, query), query.number("program", 0, 0xFFFF));
    }

    static DatagramAddress on(DatagramAddress address, Query query) {
        String named = query.text("interface", "");
        return named.isEmpty() ? address : new DatagramAddress(address.host(), address.port(), address.source(), named);
    }

    @Override
    public String url() {
        return "udp://" + address;
    }
}
