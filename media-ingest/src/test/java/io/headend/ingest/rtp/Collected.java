package io.headend.ingest.rtp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** What came out of a receiver. */
final class Collected implements RtpReceiver.PayloadSink {

    final List<String> events = new ArrayList<>();
    final List<Integer> hashes = new ArrayList<>();
    final MessageDigest digest = sha256();
    long lost;
    long restarts;
    long worstDelay;
    long now;

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void payload(ByteBuffer payload, long arrivalNanos) {
        hashes.add(payload.hashCode());
        digest.update(payload.duplicate());
        worstDelay = Math.max(worstDelay, now - arrivalNanos);
    }

    @Override
    public void lost(long packets) {
        lost += packets;
    }

    @Override
    public void restarted() {
        restarts++;
    }

    @Override
    public void leg(int leg, boolean up) {
        events.add(leg + (up ? " up" : " down"));
    }
}
