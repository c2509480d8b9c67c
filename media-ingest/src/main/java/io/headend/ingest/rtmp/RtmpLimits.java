package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import java.time.Duration;

/**
 * What strangers may use up of an {@link RtmpServer}. Immutable.
 *
 * @param maxConnections at one time
 * @param maxConnectionsPerAddress at one time from one address
 * @param maxAttemptsPerAddressPerSecond new connections from one address; a burst of four seconds' worth is let through
 * @param maxMessageBytes longest message; a peer that announces a longer one is disconnected
 * @param maxPendingBytes of all unfinished messages of one connection
 * @param maxChunkStreams of one connection
 * @param establishTimeout from the opening of a connection to its first {@code publish} or {@code play}
 * @param idleTimeout longest silence of a publisher
 */
public record RtmpLimits(
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxAttemptsPerAddressPerSecond,
        int maxMessageBytes,
        int maxPendingBytes,
        int maxChunkStreams,
        Duration establishTimeout,
        Duration idleTimeout) {

    /** 20,000 connections, 10,000 and 1,000 a second from one address, messages of 16 MiB, 64 chunk streams, 10 s and 15 s. */
    public static final RtmpLimits DEFAULT = new RtmpLimits(
            20_000, 10_000, 1_000, 16 << 20, 32 << 20, 64, Duration.ofSeconds(10), Duration.ofSeconds(15));

    public RtmpLimits {
        if (maxConnections < 1
                || maxConnectionsPerAddress < 1
                || maxAttemptsPerAddressPerSecond < 1
                || maxMessageBytes < 1024
                || maxPendingBytes < maxMessageBytes
                || maxChunkStreams < 8
                || establishTimeout.isNegative()
                || establishTimeout.isZero()
                || idleTimeout.isNegative()
                || idleTimeout.isZero()) {
            throw MediaException.invalidArgument(
                    "RTMP limits must be positive, messages of 1024 bytes and 8 chunk streams"
                            + " must be possible and a whole message must fit in the pending bytes");
        }
    }

    public RtmpLimits withConnections(int all, int perAddress, int attemptsPerSecond) {
        return new RtmpLimits(
                all,
                perAddress,
                attemptsPerSecond,
                maxMessageBytes,
                maxPendingBytes,
                maxChunkStreams,
                establishTimeout,
                idleTimeout);
    }

    /** The longest message; as much again may wait in others. */
    public RtmpLimits withMessageBytes(int most) {
        return new RtmpLimits(
                maxConnections,
                maxConnectionsPerAddress,
                maxAttemptsPerAddressPerSecond,
                most,
                2 * most,
                maxChunkStreams,
                establishTimeout,
                idleTimeout);
    }

    public RtmpLimits withTimeouts(Duration establish, Duration idle) {
        return new RtmpLimits(
                maxConnections,
                maxConnectionsPerAddress,
                maxAttemptsPerAddressPerSecond,
                maxMessageBytes,
                maxPendingBytes,
                maxChunkStreams,
                establish,
                idle);
    }
}
