package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.formats.mpegts.PesHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of sound into frames by their headers. After bytes that are no frame, a header counts only if another follows
 * where it says.
 */
final class SoundReader extends EsReader {

    /** The header of a frame. */
    record Frame(int size, int samples, AudioFormat format, ByteBuffer data) {}

    /** One way of framing. */
    interface Framing {

        /** Bytes that {@link #size} looks at. */
        int headerSize();

        /** Bytes of the frame whose header stands at an index, or 0 where there is none. */
        int size(EsBuffer es, int at);

        /** Bytes that are tied to the frame behind it, beginning at {@code next}; -1 if it takes more bytes to tell. */
        default int tail(EsBuffer es, int next) {
            return 0;
        }

        /** Reads a whole frame; {@code null} if it cannot be used. */
        @Nullable
        Frame read(EsBuffer es, int at, int size);
    }

    private final EsBuffer es = new EsBuffer();
    private final Framing framing;
    private boolean synced;
    private long anchor = EsBuffer.NO_TIME;
    private long sinceAnchor;
    private int anchorRate = 1;

    SoundReader(Target target, Framing framing) {
        super(target);
        this.framing = framing;
    }

    @Override
    void accept(PesHeader header, ByteBuffer payload, long arrivalNanos) {
        if (!es.append(header, payload, arrivalNanos)) {
            target.counters().oversize++;
            synced = false;
            return;
        }
        read(false);
    }

    @Override
    void flush() {
        read(true);
        es.consume(es.end());
    }

    private void read(boolean last) {
        int at = 0;
        while (at + framing.headerSize() <= es.end()) {
            int size = framing.size(es, at);
            if (size <= 0) {
                synced = false;
                at++;
                continue;
            }
            int next = at + size;
            if (next > es.end()) {
                if (last || (!synced && implausible(at, size))) {
                    at++;
                    continue;
                }
                break;
            }
            if (!synced && next + framing.headerSize() > es.end() && !last) {
                break;
            }
            if (!synced && next + framing.headerSize() <= es.end() && framing.size(es, next) <= 0) {
                at++;
                continue;
            }
            int tail = framing.tail(es, next);
            if (tail < 0 && !last) {
                break;
            }
            synced = true;
            size += Math.max(0, tail);
            frame(at, size);
            at += size;
        }
        es.consume(at);
    }

    // Out of step a false header may ask for more than ever comes; two frames' worth is enough to tell.
    private boolean implausible(int at, int size) {
        return es.end() - at > 2 * size;
    }

    private void frame(int at, int size) {
        Frame frame = framing.read(es, at, size);
        es.takeStamp(at);
        if (frame == null) {
            target.counters().undescribed++;
            return;
        }
        int rate = frame.format.sampleRate();
        if (es.pts != EsBuffer.NO_TIME) {
            anchor = es.pts;
            sinceAnchor = 0;
        } else if (rate != anchorRate && anchor != EsBuffer.NO_TIME) {
            anchor += Durations.ofSamples(sinceAnchor, anchorRate);
            sinceAnchor = 0;
        }
        anchorRate = rate;
        long pts = EsBuffer.NO_TIME;
        if (anchor != EsBuffer.NO_TIME) {
            pts = anchor + Durations.ofSamples(sinceAnchor, rate) & (1L << 33) - 1;
        }
        sinceAnchor += frame.samples;
        describe(frame.format);
        give(frame.data, pts, pts, Durations.ofSamples(frame.samples, rate), true, es.arrival);
    }
}
