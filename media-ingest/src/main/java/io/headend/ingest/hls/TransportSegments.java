package io.headend.ingest.hls;

import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ingest.ts.TsDemuxer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads segments of one transport stream, with its cues; what a segment ends in the middle of goes on in the next. */
final class TransportSegments implements SegmentReader {

    private final Map<Integer, Track> tracks = new TreeMap<>();
    private final Map<String, Long> before = new TreeMap<>();
    private volatile Map<String, Long> published = Map.of();
    private List<StreamItem> items = new ArrayList<>();
    private TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, this::take);

    static boolean isOne(byte[] media) {
        return media.length >= 188 && media[0] == 0x47 && (media.length < 2 * 188 || media[188] == 0x47);
    }

    private void take(StreamItem item) {
        if (item instanceof TrackInfo info) {
            tracks.put(info.track().id(), info.track());
        } else {
            items.add(item);
        }
    }

    @Override
    public Content read(byte[] init, byte[] media) {
        items = new ArrayList<>();
        demuxer.accept(ByteBuffer.wrap(init), SampleInfo.NO_ARRIVAL);
        demuxer.accept(ByteBuffer.wrap(media), SampleInfo.NO_ARRIVAL);
        // A segment holds whole pictures; the last one need not wait for the next segment.
        demuxer.flush();
        publish();
        return new Content(List.copyOf(tracks.values()), items);
    }

    private void publish() {
        Map<String, Long> now = new TreeMap<>(before);
        Map<String, Long> own = new TreeMap<>();
        demuxer.stats().putInto(own);
        // RFC 8216, 3.2 wants the tables once in a segment, however long that is.
        own.remove("pat_errors");
        own.remove("pmt_errors");
        own.forEach((name, value) -> now.merge(name, value, Long::sum));
        published = Map.copyOf(now);
    }

    @Override
    public void discontinuity() {
        publish();
        before.clear();
        before.putAll(published);
        tracks.clear();
        demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, this::take);
    }

    @Override
    public Map<String, Long> counters() {
        return published;
    }

    @Override
    public void close() {
        // Nothing of it is native.
    }
}
