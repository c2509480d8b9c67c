package io.headend.ingest.rtmp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Messages that a group of viewers gets together, and the same once more in the form in which a socket takes them.
 *
 * <p><b>Ownership:</b> holds one reference on each message. <b>Threading:</b> one event loop.
 */
final class Batch {

    /** No version of sequence headers: the messages of the batch differ. */
    private static final int MIXED = -1;

    private final List<RelayMessage> messages = new ArrayList<>();
    private ByteBuffer[] buffers = new ByteBuffer[8];
    private long bytes;
    private int configVersion = MIXED;

    /** Takes over a reference. */
    void add(RelayMessage message) {
        int count = messages.size();
        if (count == buffers.length) {
            ByteBuffer[] more = new ByteBuffer[2 * count];
            System.arraycopy(buffers, 0, more, 0, count);
            buffers = more;
        }
        ByteBuffer buffer = message.chunks().nioBuffer();
        buffers[count] = buffer;
        bytes += buffer.remaining();
        configVersion = count == 0 || configVersion == message.configVersion() ? message.configVersion() : MIXED;
        messages.add(message);
    }

    int size() {
        return messages.size();
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    RelayMessage get(int index) {
        return messages.get(index);
    }

    /** Whether who has everything before {@code sequence} and the sequence headers of that version needs all of it and nothing else. */
    boolean continues(long sequence, int version) {
        return configVersion == version && messages.get(0).sequence() >= sequence;
    }

    /** Chunks of all messages. */
    long bytes() {
        return bytes;
    }

    /** The chunks of each message, whole; {@link #size()} of them, the rest of the array is not for use. They are the batch's. */
    ByteBuffer[] buffers() {
        for (int i = 0; i < messages.size(); i++) {
            buffers[i].position(0);
        }
        return buffers;
    }

    void release() {
        messages.forEach(RelayMessage::release);
        Arrays.fill(buffers, 0, messages.size(), null);
        messages.clear();
        bytes = 0;
        configVersion = MIXED;
    }
}
