package io.headend.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for inputs and servers that are told theirs. They lie below the range out of which systems give ports to connections: a peer that
 * knocks at a port of that range until somebody listens is connected to itself sooner or later, and the port is taken.
 *
 * <p><b>Threading:</b> any.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int BLOCK = 8;
    private static final int BLOCKS = 1_400;
    private static final AtomicInteger next =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(BLOCKS));

    private FreePorts() {}

    /**
     * The first, an even one, of eight ports in a row that are free on the loopback address now, for TCP and UDP. No two calls of a
     * process get the same before thousands have been given.
     */
    public static int eight() {
        for (int attempt = 0; attempt < BLOCKS; attempt++) {
            int first = FIRST + Math.floorMod(next.getAndIncrement(), BLOCKS) * BLOCK;
            if (areFree(first)) {
                return first;
            }
        }
        throw new IllegalStateException("no eight ports in a row are free on " + InetAddress.getLoopbackAddress());
    }

    private static boolean areFree(int first) {
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int port = first; port < first + BLOCK; port++) {
            try (ServerSocket stream = new ServerSocket(port, 1, here);
                    DatagramSocket datagram = new DatagramSocket(port, here)) {
                if (!stream.isBound() || !datagram.isBound()) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
