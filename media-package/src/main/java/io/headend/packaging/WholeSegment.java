package io.headend.packaging;

import io.headend.formats.hls.Key;
import io.headend.formats.hls.SegmentProtector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A segment that is held until it can be encrypted as a whole. */
final class WholeSegment {

    private final SegmentProtector protector;
    private final List<Chunk> held = new ArrayList<>();

    WholeSegment(SegmentProtector protector) {
        this.protector = protector;
    }

    /** What was held, and what the playlist says of it. */
    record Encrypted(Chunk chunk, Key key) {}

    void clear() {
        held.clear();
    }

    void add(Chunk chunk) {
        held.add(chunk.as(chunk.copy()));
    }

    /** @throws io.headend.core.MediaException if there is no key */
    Encrypted encrypt(long number) {
        List<ByteBuffer> clear =
                held.stream().map(chunk -> chunk.parts().get(0)).toList();
        Key key = protector.key(number);
        Chunk whole = held.get(0).as(protector.protect(number, clear));
        held.clear();
        return new Encrypted(whole, key);
    }
}
