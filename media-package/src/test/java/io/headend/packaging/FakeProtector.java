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
    public Encryption protect(SampleInfo info, ByteBuffer data) {
        int size = data.remaining();
        for (int i = data.position(); i < data.limit(); i++) {
            data.put(i, (byte) ~data.get(i));
        }
        ByteBuffer iv = ByteBuffer.allocate(protection.ivSize());
        if (iv.remaining() >= 8) {
            iv.putLong(count++).rewind();
        }
        boolean whole = protection.pattern().equals(ContentProtection.Pattern.NONE);
        return new Encryption(iv, whole ? List.of() : List.of(new Range(4, size - 4)));
    }
}
