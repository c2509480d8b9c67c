package io.headend.ingest.rtp;

import java.nio.ByteBuffer;
import java.time.Duration;

/** Gives any bytes to a receiver, as media and as FEC. */
public final class Fuzzing {

    private Fuzzing() {}

    public static void feed(ByteBuffer packet) {
        Collected out = new Collected();
        RtpReceiver receiver = new RtpReceiver(2, Duration.ofMillis(100), 1024, Duration.ofMillis(500), out);
        receiver.media(0, packet.duplicate(), 1);
        receiver.fec(0, packet.duplicate(), 2);
        receiver.media(1, packet.duplicate(), 3);
        receiver.advance(200_000_000);
        receiver.finish();
    }
}
