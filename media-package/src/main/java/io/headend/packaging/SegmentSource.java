package io.headend.packaging;

import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.formats.isobmff.SampleCursor;
import io.headend.formats.isobmff.TrackFragment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the samples of planned segments out of their file, a bounded stretch at a time, into one buffer that it uses again.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
final class SegmentSource {

    /** Takes a stretch of a segment. */
    interface Stretch {

        /**
         * @param samples in decoding order, lent until the call returns
         * @param bytes of all samples one behind the other, lent likewise
         * @param next decoding time of the sample behind the last, on the samples' own scale; {@link Segmenter#UNKNOWN} at the end of
         *     the segment
         */
        void take(List<Sample> samples, ByteBuffer bytes, long next);
    }

    private static final int MOST_BYTES = 32 << 20;
    private static final int MOST_SAMPLES = TrackFragment.MAX_SAMPLES / 2;

    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /**
     * Reads one segment.
     *
     * @throws MediaException {@code IO} or {@code MALFORMED} if its samples cannot be read
     */
    void read(SourceTrack source, SourceTrack.Planned segment, Stretch to) {
        SampleCursor cursor = segment.first().copy();
        List<SampleInfo> infos = new ArrayList<>(Math.min(segment.samples(), MOST_SAMPLES));
        int[] sizes = new int[Math.min(segment.samples(), MOST_SAMPLES)];
        prepare((int) Math.min(segment.bytes(), MOST_BYTES));
        long runStart = 0;
        int runLength = 0;
        long lastDts = Long.MIN_VALUE;
        int left = segment.samples();
        while (left > 0) {
            if (source.isShown(cursor)) {
                long dts = Math.max(source.decodeTime(cursor), lastDts == Long.MIN_VALUE ? lastDts : lastDts + 1);
                if (infos.size() == MOST_SAMPLES || buffer.position() + runLength + cursor.size() > MOST_BYTES) {
                    flush(source, runStart, runLength);
                    give(infos, sizes, to, dts);
                    runLength = 0;
                }
                if (cursor.size() > MOST_BYTES) {
                    throw MediaException.unsupported("a sample of " + source.name() + " has " + cursor.size()
                            + " bytes; at most " + MOST_BYTES + " are packaged");
                }
                if (runLength > 0 && cursor.offset() != runStart + runLength) {
                    flush(source, runStart, runLength);
                    runLength = 0;
                }
                runStart = runLength == 0 ? cursor.offset() : runStart;
                runLength += cursor.size();
                sizes[infos.size()] = cursor.size();
                infos.add(new SampleInfo(
                        0,
                        source.presentationTime(cursor),
                        dts,
                        cursor.duration(),
                        cursor.sync(),
                        SampleInfo.NO_ARRIVAL));
                lastDts = dts;
                left--;
            }
            if (left > 0 && !cursor.next()) {
                throw MediaException.malformed("'" + source.file().name() + "' changed while it was packaged");
            }
        }
        flush(source, runStart, runLength);
        give(infos, sizes, to, Segmenter.UNKNOWN);
    }

    private void prepare(int bytes) {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(Math.min(MOST_BYTES, bytes + bytes / 4));
        }
        buffer.clear();
    }

    private void flush(SourceTrack source, long from, int length) {
        if (length == 0) {
            return;
        }
        int end = buffer.position() + length;
        if (end > buffer.capacity()) {
            ByteBuffer larger = ByteBuffer.allocateDirect(MOST_BYTES);
            buffer = larger.put(buffer.flip());
        }
        buffer.limit(end);
        source.file().read(buffer, from);
        buffer.limit(buffer.capacity());
    }

    private void give(List<SampleInfo> infos, int[] sizes, Stretch to, long next) {
        buffer.flip();
        List<Sample> samples = new ArrayList<>(infos.size());
        int at = 0;
        for (int i = 0; i < infos.size(); i++) {
            samples.add(HeapSample.of(infos.get(i), buffer.slice(at, sizes[i])));
            at += sizes[i];
        }
        to.take(samples, buffer, next);
        infos.clear();
        buffer.clear();
    }
}
