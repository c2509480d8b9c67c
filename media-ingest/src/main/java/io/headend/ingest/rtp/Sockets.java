package io.headend.ingest.rtp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.ingest.DatagramAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens channels for datagrams. */
final class Sockets {

    /** Senders give more than a hundred packets in one millisecond. */
    static final int RECEIVE_BUFFER = 4 << 20;

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /**
     * A non-blocking channel that hears one port.
     *
     * @throws MediaException {@code NOT_FOUND} for an unknown host or interface, {@code CONFLICT} for a port in use, {@code IO}
     */
    static DatagramChannel open(DatagramAddress address, int port) {
        try {
            InetAddress host = address.host().isEmpty() ? null : InetAddress.getByName(address.host());
            ProtocolFamily family =
                    host instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
            DatagramChannel channel = DatagramChannel.open(family);
            boolean done = false;
            try {
                bind(channel, host, port);
                if (host != null && host.isMulticastAddress()) {
                    join(channel, host, address);
                }
                channel.configureBlocking(false);
                done = true;
                return channel;
            } finally {
                if (!done) {
                    channel.close();
                }
            }
        } catch (UnknownHostException e) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no host '" + address.host() + "'", e);
        } catch (BindException e) {
            throw new MediaException(
                    MediaErrorCode.CONFLICT,
                    "cannot listen at " + address.host() + ":" + port + ": " + e.getMessage()
                            + "; give a local address and a free port",
                    e);
        } catch (IOException e) {
            throw new MediaException(
                    MediaErrorCode.IO, "cannot listen at " + address.host() + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private static void bind(DatagramChannel channel, @Nullable InetAddress host, int port) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        boolean group = host != null && host.isMulticastAddress();
        if (group) {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
        // Bound to the group, Linux keeps datagrams of other groups on the port away.
        channel.bind(host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
        int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        if (granted < RECEIVE_BUFFER) {
            log.warn(
                    "port {} has a receive buffer of {} bytes instead of {}; raise net.core.rmem_max",
                    port,
                    granted,
                    RECEIVE_BUFFER);
        }
    }

    private static void join(DatagramChannel channel, InetAddress group, DatagramAddress address) throws IOException {
        NetworkInterface at = networkInterface(address.networkInterface());
        String source = address.source();
        if (source == null) {
            channel.join(group, at);
        } else {
            channel.join(group, at, InetAddress.getByName(source));
        }
    }

    private static NetworkInterface networkInterface(@Nullable String named) throws IOException {
        NetworkInterface found = null;
        if (named != null && !named.isEmpty()) {
            found = NetworkInterface.getByName(named);
            if (found == null && named.matches("[0-9a-fA-F:.%]+")) {
                found = NetworkInterface.getByInetAddress(InetAddress.getByName(named));
            }
        } else {
            for (NetworkInterface candidate : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                boolean usable = candidate.isUp() && candidate.supportsMulticast();
                if (usable && (found == null || (found.isLoopback() && !candidate.isLoopback()))) {
                    found = candidate;
                }
            }
        }
        if (found == null) {
            throw new MediaException(
                    MediaErrorCode.NOT_FOUND,
                    named == null || named.isEmpty()
                            ? "no network interface takes multicast"
                            : "there is no network interface '" + named + "'");
        }
        return found;
    }
}
