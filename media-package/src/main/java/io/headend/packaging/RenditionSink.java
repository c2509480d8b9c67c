package io.headend.packaging;

import io.headend.core.CodecString;
import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SegmentBoundary;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.formats.CodecStrings;
import io.headend.formats.isobmff.InitializationSegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One rendition: its track, its segmenter and the segment being written. */
final class RenditionSink implements StreamSink {

    private static final int MAX_EARLY = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final String name;
    private final SegmentationPolicy policy;
    private final Publisher publisher;
    private final SegmentAssembly assembly;
    private final List<SegmentBoundary> early = new ArrayList<>();
    private @Nullable Track track;
    private @Nullable ByteBuffer clearInit;
    private @Nullable Segmenter segmenter;
    private volatile boolean ended;
    private boolean closed;

    RenditionSink(String name, Packager.Encryption encryption, Packager.Builder builder, Publisher publisher) {
        this.name = name;
        this.policy = builder.requirePolicy();
        this.publisher = publisher;
        this.assembly = new SegmentAssembly(name, encryption, builder, publisher);
    }

    boolean isEnded() {
        return ended;
    }

    @Override
    public void accept(StreamItem item) {
        // free but for the one moment in which another thread closes the packager
        lock.lock();
        try {
            take(item);
        } finally {
            lock.unlock();
        }
    }

    private void take(StreamItem item) {
        if (closed || ended) {
            item.close();
            throw closed
                    ? MediaException.closed("packager")
                    : new MediaException(MediaErrorCode.INVALID_STATE, "rendition " + name + " has ended");
        }
        if (item instanceof Sample sample) {
            sample(sample);
        } else if (item instanceof TrackInfo info) {
            track(info.track());
        } else if (item instanceof Discontinuity discontinuity) {
            publisher.discontinuity(discontinuity.at());
        } else if (item instanceof Cue cue) {
            publisher.cue(cue);
            assembly.cue(cue);
        } else if (item instanceof SegmentBoundary boundary) {
            boundary(boundary);
        } else if (item instanceof EndOfStream) {
            ended = true;
            if (segmenter != null) {
                segmenter.finish();
            }
            publisher.ended(name);
        }
    }

    private void boundary(SegmentBoundary boundary) {
        Segmenter cutter = segmenter;
        if (cutter == null) {
            if (early.size() < MAX_EARLY) {
                early.add(boundary);
            }
        } else {
            cutter.move(boundary);
        }
    }

    private void sample(Sample sample) {
        Segmenter cutter = segmenter;
        if (cutter == null) {
            sample.close();
            throw new MediaException(
                    MediaErrorCode.INVALID_STATE, "rendition " + name + " got a sample before its TrackInfo");
        }
        try {
            cutter.accept(sample);
        } catch (RuntimeException e) {
            sample.close();
            closed = true;
            assembly.abandon();
            throw e;
        }
    }

    private void track(Track given) {
        Track next = given.withName(name);
        Track before = track;
        if (next.equals(before)) {
            return;
        }
        if (before != null && !before.timebase().equals(next.timebase())) {
            throw MediaException.invalidArgument("the timebase of rendition " + name + " changed from "
                    + before.timebase() + " to " + next.timebase() + "; keep it for the whole stream");
        }
        CodecString codec = CodecStrings.of(next.format());
        ByteBuffer nextInit = InitializationSegment.of(next, null);
        track = next;
        if (nextInit.equals(clearInit)) {
            return;
        }
        clearInit = nextInit;
        assembly.format(next, codec);
        if (segmenter == null) {
            Segmenter cutter = new Segmenter(policy, next.timebase(), next.kind(), assembly);
            early.forEach(cutter::move);
            early.clear();
            segmenter = cutter;
        } else {
            segmenter.formatChanged();
            assembly.report(
                    PackagingEvent.Kind.FORMAT_CHANGED,
                    Severity.INFO,
                    "The format changed; the next segment follows a discontinuity.");
        }
    }

    /** Waits for a running {@code accept}, then releases the samples held. */
    void close() {
        lock.lock();
        try {
            closed = true;
            assembly.abandon();
        } finally {
            lock.unlock();
        }
    }
}
