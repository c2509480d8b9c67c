package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an edit list does to a track, in ticks of the track ({@code elst} of ISO/IEC 14496-12, 8.6.6): it waits, then shows one stretch.
 *
 * @param delay how much later than the movie the track begins
 * @param start composition time that is shown first
 * @param duration how much is shown, 0 for all
 */
public record EditList(long delay, long start, long duration) {

    static final EditList NONE = new EditList(0, 0, 0);
    private static final int MAX_ENTRIES = 1024;

    /** @throws MediaException {@code UNSUPPORTED} for a list that shows several stretches or changes the speed */
    static EditList parse(ParsedBox trak, long movieTimescale, int timescale) {
        Optional<ParsedBox> elst = trak.find("edts/elst");
        if (elst.isEmpty()) {
            return NONE;
        }
        ParsedBox box = elst.get();
        boolean wide = box.version() > 0;
        ByteBuffer in = box.body(4);
        int count = in.getInt();
        box.require(count >= 0 && count <= MAX_ENTRIES && in.remaining() >= count * (wide ? 20 : 12));
        long delay = 0;
        EditList shown = null;
        for (int i = 0; i < count; i++) {
            long duration = wide ? in.getLong() : Integer.toUnsignedLong(in.getInt());
            long start = wide ? in.getLong() : in.getInt();
            int rate = in.getInt();
            if (start == -1) {
                delay = shown == null ? Math.addExact(delay, ticks(duration, movieTimescale, timescale)) : delay;
            } else if (shown != null || rate != 0x1_0000 || start < 0) {
                throw MediaException.unsupported("its edit list shows several stretches or changes the speed;"
                        + " write the file anew without one");
            } else {
                shown = new EditList(delay, start, ticks(duration, movieTimescale, timescale));
            }
        }
        return shown == null ? new EditList(delay, 0, 0) : shown;
    }

    private static long ticks(long duration, long from, int to) {
        if (from <= 0 || duration < 0) {
            return 0;
        }
        BigInteger product = BigInteger.valueOf(duration).multiply(BigInteger.valueOf(to));
        BigInteger ticks = product.add(BigInteger.valueOf(from - 1)).divide(BigInteger.valueOf(from));
        return ticks.bitLength() < 62 ? ticks.longValue() : 0;
    }
}
