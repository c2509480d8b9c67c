package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import java.nio.ByteBuffer;
import java.util.List;

/** Turns every byte round, with one clear range in front where the scheme has patterns. */
final class FakeProtector implements SampleProtector {

    private final ContentProtection protection;
    private long count;

    FakeProtector(ContentProtection protection) {
        this.protection = protection;
    }

    @Override
    public ContentProtection protection() {
        return protection;
    }

    @Override
    public Encryption protect(SampleInfo info, ByteBuffer clear, ByteBuffer out) {
        int size = clear.remaining();
        while (clear.hasRemaining()) {
            out.put((byte) ~clear.get());
        }
        ByteBuffer iv = ByteBuffer.allocate(protection.ivSize());
        if (iv.remaining() >= 8) {
            iv.putLong(count++).rewind();
        }
        boolean whole = protection.pattern().equals(ContentProtection.Pattern.NONE);
        return new Encryption(iv, whole ? List.of() : List.of(new Range(4, size - 4)));
    }
}
