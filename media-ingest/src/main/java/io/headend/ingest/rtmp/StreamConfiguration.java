package io.headend.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a late joiner must have first: metadata, then the newest sequence header of each track. Guarded by its stream's lock. */
final class StreamConfiguration {

    /** One of them. */
    record Entry(int type, ByteBuffer payload) {}

    private static final int MAX_ENTRIES = 64;
    private static final int MAX_BYTES = 256 * 1024;
    private static final byte[] SET_DATA_FRAME = "@setDataFrame".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ON_META_DATA = "onMetaData".getBytes(StandardCharsets.US_ASCII);

    private static final String METADATA = "";

    // Sorted by slot: metadata first, then sound, then pictures.
    private final Map<String, Entry> entries = new TreeMap<>(Comparator.naturalOrder());
    private int version;

    int version() {
        return version;
    }

    List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    void clear() {
        entries.clear();
        version++;
    }

    /** Keeps a sequence header; more than a sender has tracks for, or than is reasonable, is passed on but not kept. */
    void put(String slot, int type, ByteBuf payload) {
        if (payload.readableBytes() > MAX_BYTES || (entries.size() >= MAX_ENTRIES && !entries.containsKey(slot))) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(payload.readableBytes());
        payload.getBytes(payload.readerIndex(), copy);
        Entry entry = new Entry(type, copy.flip().asReadOnlyBuffer());
        if (!entry.equals(entries.put(slot, entry))) {
            version++;
        }
    }

    /**
     * Keeps {@code onMetaData}, whose version does not count: nothing is decoded with it.
     *
     * @return whether it is that
     */
    boolean putMetadata(ByteBuf payload) {
        if (payload.readableBytes() <= MAX_BYTES && isString(payload, payload.readerIndex(), ON_META_DATA)) {
            int before = version;
            put(METADATA, MessageType.DATA_AMF0, payload);
            version = before;
            return true;
        }
        return false;
    }

    /** Takes off what is meant for the server: the AMF3 prefix and {@code @setDataFrame}. */
    static void unwrapData(int type, ByteBuf payload) {
        if (type == MessageType.DATA_AMF3 && payload.isReadable()) {
            payload.skipBytes(1);
        }
        if (isString(payload, payload.readerIndex(), SET_DATA_FRAME)) {
            payload.skipBytes(3 + SET_DATA_FRAME.length);
        }
    }

    private static boolean isString(ByteBuf in, int at, byte[] text) {
        if (in.writerIndex() - at < 3 + text.length
                || in.getByte(at) != 2
                || in.getUnsignedShort(at + 1) != text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (in.getByte(at + 3 + i) != text[i]) {
                return false;
            }
        }
        return true;
    }
}
