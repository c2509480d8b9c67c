package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The samples of one track of a movie that is not fragmented ({@code stbl} of ISO/IEC 14496-12, 8.5), read out of its tables as they
 * are: nothing is unpacked, so a long movie takes no more memory than a short one.
 *
 * <p>Immutable as long as the bytes that it was parsed from are not changed.
 */
public final class SampleTable {

    /** Samples of one track at most. */
    public static final int MAX_SAMPLES = 1 << 27;

    final Table decodingTimes;
    final Table compositionOffsets;
    final Table chunkRuns;
    final Table chunkOffsets;
    final Table sizes;
    final Table syncSamples;
    final boolean wideOffsets;
    final boolean everySampleSync;
    private final int fixedSize;
    private final int fieldBits;
    private final int count;

    /** Entries of equal length behind a count. */
    record Table(ByteBuffer bytes, int count, int width) {

        static final Table NONE = new Table(ByteBuffer.allocate(0), 0, 4);

        static Table of(ParsedBox box, int width) {
            ByteBuffer body = box.body(4);
            int count = body.getInt(0);
            box.require(count >= 0 && (long) count * width <= body.limit() - 4L);
            return new Table(body.slice(4, count * width), count, width);
        }

        int at(int entry, int field) {
            return bytes.getInt(entry * width + 4 * field);
        }
    }

    private SampleTable(ParsedBox stbl) {
        this.decodingTimes = Table.of(require(stbl, "stts"), 8);
        this.compositionOffsets = stbl.find("ctts").map(box -> Table.of(box, 8)).orElse(Table.NONE);
        this.chunkRuns = Table.of(require(stbl, "stsc"), 12);
        Optional<ParsedBox> wide = stbl.find("co64");
        this.wideOffsets = wide.isPresent();
        this.chunkOffsets = wide.isPresent() ? Table.of(wide.get(), 8) : Table.of(require(stbl, "stco"), 4);
        Optional<ParsedBox> sync = stbl.find("stss");
        this.everySampleSync = sync.isEmpty();
        this.syncSamples = sync.map(box -> Table.of(box, 4)).orElse(Table.NONE);
        Optional<ParsedBox> compact = stbl.find("stz2");
        ParsedBox box = compact.isPresent() ? compact.get() : require(stbl, "stsz");
        ByteBuffer body = box.body(8);
        this.count = body.getInt(4);
        box.require(count >= 0 && count <= MAX_SAMPLES);
        this.fixedSize = compact.isPresent() ? 0 : body.getInt(0);
        this.fieldBits = compact.isPresent() ? body.getInt(0) & 0xFF : 32;
        box.require(fixedSize >= 0 && (fieldBits == 32 || fieldBits == 16 || fieldBits == 8 || fieldBits == 4));
        long bytes = fixedSize > 0 ? 0 : ((long) count * fieldBits + 7) / 8;
        box.require(bytes <= body.limit() - 8L);
        this.sizes = new Table(body.slice(8, (int) bytes), count, 4);
    }

    private static ParsedBox require(ParsedBox stbl, String type) {
        return stbl.find(type).orElseThrow(() -> MediaException.malformed("the sample table has no " + type));
    }

    /**
     * @param stbl read by {@link BoxReader}; its bytes stay in use
     * @throws MediaException {@code MALFORMED} if a table is missing or larger than its box
     */
    public static SampleTable parse(ParsedBox stbl) {
        return new SampleTable(stbl);
    }

    public int sampleCount() {
        return count;
    }

    /** A cursor before the first sample. */
    public SampleCursor cursor() {
        return new SampleTableCursor(this);
    }

    /** Ticks that {@code stts} gives to each of the samples, or 0 where they differ; the last sample may last otherwise. */
    public long commonDuration() {
        long common = decodingTimes.count() == 0 ? 0 : Integer.toUnsignedLong(decodingTimes.at(0, 1));
        for (int i = 1; i < decodingTimes.count(); i++) {
            boolean lastSample = i == decodingTimes.count() - 1 && decodingTimes.at(i, 0) == 1;
            if (!lastSample && Integer.toUnsignedLong(decodingTimes.at(i, 1)) != common) {
                return 0;
            }
        }
        return common;
    }

    int sizeOf(int sample) {
        if (fixedSize > 0) {
            return fixedSize;
        }
        ByteBuffer in = sizes.bytes();
        return switch (fieldBits) {
            case 32 -> in.getInt(sample * 4);
            case 16 -> in.getShort(sample * 2) & 0xFFFF;
            case 8 -> in.get(sample) & 0xFF;
            default -> in.get(sample / 2) >> (sample % 2 == 0 ? 4 : 0) & 15;
        };
    }
}
