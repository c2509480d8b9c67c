package io.headend.formats.isobmff;

import io.headend.core.ContentProtection.DrmSystem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * {@code pssh} (ISO/IEC 23001-7, 8.1); version 1 where it names keys, else version 0.
 *
 * @param data read-only; each call gives a view of its own
 */
public record ProtectionSystemSpecificHeaderBox(UUID systemId, List<UUID> keyIds, ByteBuffer data) implements FullBox {

    public ProtectionSystemSpecificHeaderBox {
        keyIds = List.copyOf(keyIds);
        data = data.slice().asReadOnlyBuffer();
    }

    /** The boxes of those systems that have one, as they are. */
    static List<Box> of(List<DrmSystem> systems) {
        List<Box> boxes = new ArrayList<>(systems.size());
        for (DrmSystem system : systems) {
            if (system.pssh().remaining() > HEADER) {
                boxes.add(new OpaqueBox("pssh", system.pssh().position(HEADER)));
            }
        }
        return boxes;
    }

    public static ProtectionSystemSpecificHeaderBox parse(ParsedBox box) {
        ByteBuffer in = box.body(20);
        UUID system = new UUID(in.getLong(), in.getLong());
        List<UUID> keys = new ArrayList<>();
        if (box.version() > 0) {
            int count = in.getInt();
            box.require(count >= 0 && (long) count * 16 + 4 <= in.remaining());
            for (int i = 0; i < count; i++) {
                keys.add(new UUID(in.getLong(), in.getLong()));
            }
        }
        int length = in.getInt();
        box.require(length >= 0 && length <= in.remaining());
        return new ProtectionSystemSpecificHeaderBox(system, keys, in.slice(in.position(), length));
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate();
    }

    @Override
    public String type() {
        return "pssh";
    }

    @Override
    public int version() {
        return keyIds.isEmpty() ? 0 : 1;
    }

    @Override
    public int bodySize() {
        return 20 + (keyIds.isEmpty() ? 0 : 4 + 16 * keyIds.size()) + data.remaining();
    }

    @Override
    public void writeBody(ByteBuffer out) {
        put(out, systemId);
        if (!keyIds.isEmpty()) {
            out.putInt(keyIds.size());
            keyIds.forEach(key -> put(out, key));
        }
        out.putInt(data.remaining()).put(data.duplicate());
    }

    private static void put(ByteBuffer out, UUID id) {
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
}
