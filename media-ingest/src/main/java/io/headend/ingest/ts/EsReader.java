package io.headend.ingest.ts;

import io.headend.core.HeapSample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackInfo;
import io.headend.formats.mpegts.PesHeader;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns the PES packets of one stream into samples, and describes the track as soon as its configuration is known. */
abstract class EsReader {

    /** Where a track goes and what it is called. */
    record Target(int id, @Nullable String language, StreamSink sink, TsCounters counters) {}

    final Target target;
    private @Nullable TrackFormat described;

    EsReader(Target target) {
        this.target = target;
    }

    /**
     * @param payload lent
     * @param arrivalNanos when it came
     */
    abstract void accept(PesHeader header, ByteBuffer payload, long arrivalNanos);

    /** Nothing follows. */
    void flush() {}

    final boolean described() {
        return described != null;
    }

    /** Announces the track, where this is another format than before. */
    final void describe(TrackFormat format) {
        if (!format.equals(described)) {
            described = format;
            String kind = format.codec().codec().kind().name().toLowerCase(Locale.ROOT);
            target.sink.accept(new TrackInfo(
                    new Track(target.id, kind + "-" + target.id, format, Timebase.MPEG, target.language)));
        }
    }

    /** Gives a sample; dropped while the track is not described. */
    final void give(ByteBuffer data, long pts, long dts, long duration, boolean sync, long arrivalNanos) {
        if (described == null) {
            target.counters.undescribed++;
        } else {
            target.sink.accept(HeapSample.of(new SampleInfo(target.id, pts, dts, duration, sync, arrivalNanos), data));
        }
    }
}
