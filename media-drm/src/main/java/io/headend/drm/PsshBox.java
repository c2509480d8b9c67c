package io.headend.drm;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A {@code pssh} box (ISO/IEC 23001-7, 8.1): what one DRM system's player needs to ask for a licence.
 *
 * @param systemId as registered with DASH-IF
 * @param keyIds keys it is about (version 1), or none (version 0)
 * @param data what the system defines, possibly empty; read-only
 */
public record PsshBox(UUID systemId, List<UUID> keyIds, ByteBuffer data) {

    /** The W3C common initialisation data format: key ids and nothing else. */
    public static final UUID COMMON = UUID.fromString("1077efec-c0b2-4d02-ace3-3c1e52e2fb4b");

    /** W3C ClearKey as manifests name it (DASH-IF). */
    public static final UUID CLEAR_KEY = UUID.fromString("e2719d58-a985-b3c9-781a-b030af78d30e");

    private static final int TYPE = 0x70737368;
    private static final int FIXED_SIZE = 32;
    private static final int UUID_SIZE = 16;

    public PsshBox {
        keyIds = List.copyOf(keyIds);
        ByteBuffer copy = ByteBuffer.allocate(data.remaining());
        data = copy.put(data.duplicate()).flip().asReadOnlyBuffer();
    }

    /** The box that names keys for any system that knows them by id. */
    public static PsshBox common(List<UUID> keyIds) {
        return new PsshBox(COMMON, keyIds, ByteBuffer.allocate(0));
    }

    /**
     * The common box as signalling.
     *
     * @param keyId key of the track
     */
    public static DrmSystem commonSystem(UUID keyId) {
        return new DrmSystem(COMMON, common(List.of(keyId)).toByteBuffer(), "");
    }

    /**
     * W3C ClearKey as signalling: no box of its own, since its players read the common one.
     *
     * @param licenseUrl where a player posts its JSON request for keys
     */
    public static DrmSystem clearKeySystem(String licenseUrl) {
        return new DrmSystem(CLEAR_KEY, ByteBuffer.allocate(0), licenseUrl);
    }

    /**
     * Reads one box.
     *
     * @param box from position to limit; not moved. Bytes after the box are ignored.
     * @throws MediaException MALFORMED
     */
    public static PsshBox parse(ByteBuffer box) {
        ByteBuffer in = box.slice();
        if (in.remaining() < FIXED_SIZE || in.getInt(4) != TYPE) {
            throw MediaException.malformed("The bytes are no pssh box.");
        }
        int size = in.getInt();
        if (size < FIXED_SIZE || size > in.limit()) {
            throw cutOff();
        }
        in.limit(size).position(8);
        int version = in.getInt() >>> 24;
        if (version > 1) {
            throw MediaException.unsupported("A pssh box of version " + version + " is not known; 0 and 1 are.");
        }
        UUID systemId = uuid(in);
        List<UUID> keyIds = new ArrayList<>();
        if (version == 1) {
            int count = in.getInt();
            if (count < 0 || count > (in.remaining() - 4) / UUID_SIZE) {
                throw cutOff();
            }
            for (int i = 0; i < count; i++) {
                keyIds.add(uuid(in));
            }
        }
        int dataSize = in.getInt();
        if (dataSize < 0 || dataSize > in.remaining()) {
            throw cutOff();
        }
        return new PsshBox(systemId, keyIds, in.slice(in.position(), dataSize));
    }

    private static MediaException cutOff() {
        return MediaException.malformed("A pssh box tells lengths that do not fit its size.");
    }

    private static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }

    /** The whole box; version 1 if it names keys. */
    public ByteBuffer toByteBuffer() {
        boolean named = !keyIds.isEmpty();
        int size = FIXED_SIZE + (named ? 4 + UUID_SIZE * keyIds.size() : 0) + data.remaining();
        ByteBuffer out = ByteBuffer.allocate(size).putInt(size).putInt(TYPE).putInt(named ? 1 << 24 : 0);
        put(out, systemId);
        if (named) {
            out.putInt(keyIds.size());
            keyIds.forEach(id -> put(out, id));
        }
        return out.putInt(data.remaining()).put(data.duplicate()).flip();
    }

    private static void put(ByteBuffer out, UUID id) {
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate();
    }
}
