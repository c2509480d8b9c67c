package io.headend.ingest;

import io.headend.core.MediaException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams come in.
 *
 * @param host a multicast group to join, or the local address to listen at; empty for every local address
 * @param port 1 to 65,535
 * @param source only from this sender of the group (source-specific multicast), or {@code null} from any
 * @param networkInterface name or address of the interface at which the group is joined, or {@code null} for the system's choice
 */
public record DatagramAddress(
        String host,
        int port,
        @Nullable String source,
        @Nullable String networkInterface) {

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if the port is out of range
     */
    public DatagramAddress {
        if (port < 1 || port > 65_535) {
            throw MediaException.invalidArgument("a port is 1 to 65535, not " + port);
        }
    }

    /** Any sender, any interface. */
    public static DatagramAddress of(String host, int port) {
        return new DatagramAddress(host, port, null, null);
    }

    /**
     * Reads {@code [x@]host:port}. Before the {@code @} stands the sender where {@code host} is a group, as in {@code
     * 192.0.2.1@232.1.1.1:5000}; or the group where {@code host} is the address of an interface, as in {@code
     * 239.1.1.1@192.0.2.7:5000}; or nothing.
     */
    static DatagramAddress parse(String authority, String whole) {
        int at = authority.lastIndexOf('@');
        String before = authority.substring(0, Math.max(0, at));
        String rest = authority.substring(at + 1);
        int colon = rest.lastIndexOf(':');
        String digits = rest.substring(colon + 1);
        if (colon < 0 || !digits.matches("[0-9]{1,5}")) {
            throw MediaException.invalidArgument(
                    "'" + whole + "' needs a port from 1 to 65535, as in udp://239.1.1.1:5000");
        }
        String host = rest.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = Integer.parseInt(digits);
        if (before.isEmpty()) {
            return of(host, port);
        }
        return isGroup(before)
                ? new DatagramAddress(before, port, null, host)
                : new DatagramAddress(host, port, before, null);
    }

    /** 224.0.0.0 to 239.255.255.255 (RFC 1112) and ff00::/8 (RFC 4291). */
    private static boolean isGroup(String host) {
        return host.matches("2(2[4-9]|3[0-9])\\..*")
                || host.toLowerCase(Locale.ROOT).matches("ff..:.*");
    }

    @Override
    public String toString() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String before = source != null ? source + "@" : "";
        return before + name + ":" + port;
    }
}
