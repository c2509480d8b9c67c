package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/** Reads {@code tfhd}, {@code tfdt} and every {@code trun} of a {@code traf}. */
final class TrackFragmentParser {

    private final ParsedBox traf;
    private static final int BASE_IS_MOOF = 0x02_0000;

    private final int trackId;
    private final int present;
    private final long explicitBase;
    private int description;
    private int duration;
    private int size;
    private int flags;

    TrackFragmentParser(ParsedBox traf, TrackExtendsBox defaults) {
        this.traf = traf;
        this.duration = defaults.duration();
        this.size = defaults.sampleSize();
        this.flags = defaults.sampleFlags();
        ParsedBox tfhd = child("tfhd");
        this.present = tfhd.flags();
        int optional = ((present & 1) != 0 ? 8 : 0) + 4 * Integer.bitCount(present & 0x3A);
        ByteBuffer in = tfhd.body(4 + optional);
        this.trackId = in.getInt();
        this.explicitBase = (present & 0x1) != 0 ? in.getLong() : 0;
        if ((present & 0x2) != 0) {
            description = in.getInt();
        }
        if ((present & 0x8) != 0) {
            duration = in.getInt();
        }
        if ((present & 0x10) != 0) {
            size = in.getInt();
        }
        if ((present & 0x20) != 0) {
            flags = in.getInt();
        }
    }

    int trackId() {
        return trackId;
    }

    /** What data offsets count from (ISO/IEC 14496-12, 8.8.7). */
    long base(long moof, long behindLast) {
        return (present & 0x1) != 0 ? explicitBase : (present & BASE_IS_MOOF) != 0 ? moof : behindLast;
    }

    /** @param otherwise decoding time where {@code tfdt} is missing, or -1 where it must be there */
    TrackFragment parse(long base, long otherwise) {
        TrackFragment.Builder builder =
                TrackFragment.builder(trackId, decodeTime(otherwise)).description(description);
        walk(base, builder);
        return builder.build();
    }

    /** The byte behind the samples, whichever track they are of. */
    long end(long base) {
        return walk(base, TrackFragment.builder(trackId, 0));
    }

    private long walk(long base, TrackFragment.Builder builder) {
        long offset = base;
        for (ParsedBox trun : traf.all("trun")) {
            offset = run(trun, builder, base, offset);
        }
        return offset;
    }

    private long decodeTime(long otherwise) {
        if (otherwise >= 0 && traf.find("tfdt").isEmpty()) {
            return otherwise;
        }
        ParsedBox tfdt = child("tfdt");
        boolean wide = tfdt.version() > 0;
        ByteBuffer in = tfdt.body(wide ? 8 : 4);
        long time = wide ? in.getLong() : in.getInt() & 0xFFFF_FFFFL;
        tfdt.require(time >= 0);
        return time;
    }

    private long run(ParsedBox trun, TrackFragment.Builder builder, long base, long behindLast) {
        int present = trun.flags();
        ByteBuffer in = trun.body(4);
        int count = in.getInt();
        int perSample = 4 * Integer.bitCount(present & 0xF00);
        int before = 4 * Integer.bitCount(present & 0x5);
        trun.require(count >= 0
                && count <= TrackFragment.MAX_SAMPLES - builder.sampleCount()
                && in.remaining() >= before + (long) perSample * count);
        long offset = (present & MovieFragmentBox.TRUN_DATA_OFFSET) != 0 ? base + in.getInt() : behindLast;
        boolean hasFirst = (present & MovieFragmentBox.TRUN_FIRST_FLAGS) != 0;
        int first = hasFirst ? in.getInt() : 0;
        for (int i = 0; i < count; i++) {
            int d = (present & MovieFragmentBox.TRUN_DURATION) != 0 ? in.getInt() : duration;
            int s = (present & MovieFragmentBox.TRUN_SIZE) != 0 ? in.getInt() : size;
            int f = (present & MovieFragmentBox.TRUN_FLAGS) != 0 ? in.getInt() : flags;
            int o = (present & MovieFragmentBox.TRUN_OFFSET) != 0 ? in.getInt() : 0;
            trun.require(s >= 0);
            builder.sample(d, s, i == 0 && hasFirst ? first : f, o).offset(offset);
            offset += s;
        }
        return offset;
    }

    private ParsedBox child(String type) {
        return traf.find(type).orElseThrow(() -> MediaException.malformed("traf has no " + type));
    }
}
