package io.headend.transcode.compare;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Muxer;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopReport;
import io.headend.transcode.Rendition;
import io.headend.transcode.RenditionEncoder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Encodes a clip once, in the calling thread, and writes an MP4 file. */
final class TrialEncode implements StreamSink, AutoCloseable {

    // Native threads cannot be told apart by encode.
    private static final ReentrantLock ALONE = new ReentrantLock();

    private final Path file;
    private final List<GopReport> gops = new ArrayList<>();
    // The file is written between the calls of the encoder, so that its time is not the encoder's.
    private final ArrayDeque<Sample> waiting = new ArrayDeque<>();
    private @Nullable Track track;
    private @Nullable Muxer muxer;
    private long accepted;
    private int latency = -1;
    private long bytes;

    private TrialEncode(Path file) {
        this.file = file;
    }

    /** @param progress told of every picture */
    static Encoded run(ClipFrames frames, EpochGrid grid, EncoderSettings settings, Path file, IntConsumer progress) {
        boolean nativeThreads = settings.codec() != Codec.AVC;
        if (nativeThreads) {
            ALONE.lock();
        }
        try (TrialEncode trial = new TrialEncode(file)) {
            return trial.encode(frames, grid, settings, nativeThreads, progress);
        } finally {
            if (nativeThreads) {
                ALONE.unlock();
            }
        }
    }

    /** Bytes of the pictures in a file, without its container. */
    static long pictureBytes(Path file) {
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            long sum = 0;
            for (AvSample next = demuxer.read(); next != null; next = demuxer.read()) {
                try (AvSample sample = next) {
                    Track track = demuxer.tracks().get(sample.trackId());
                    sum += track.kind() == Codec.Kind.VIDEO ? sample.size() : 0;
                }
            }
            return sum;
        }
    }

    private Encoded encode(
            ClipFrames frames, EpochGrid grid, EncoderSettings settings, boolean nativeThreads, IntConsumer progress) {
        Rendition rendition = new Rendition("video", frames.size(), settings);
        EncodeClock clock = new EncodeClock(nativeThreads);
        try (RenditionEncoder encoder = RenditionEncoder.open(rendition, grid, this, gops::add)) {
            for (AvFrame frame = frames.next(); frame != null; frame = frames.next()) {
                long number = accepted++;
                clock.start();
                encoder.encode(frame, number);
                clock.stop();
                write();
                progress.accept(1);
            }
            clock.start();
            encoder.finish();
            clock.stop();
            clock.addNativeThreads();
        }
        write();
        Muxer open = muxer;
        if (open == null) {
            throw MediaException.malformed("the clip has no pictures");
        }
        open.finish();
        return new Encoded(file, bytes, clock.nanos(), latency, gops);
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            track = info.track();
        } else if (item instanceof Sample sample) {
            if (latency < 0) {
                latency = (int) (accepted - 1);
            }
            waiting.add(sample);
        } else {
            item.close();
        }
    }

    private void write() {
        Track described = track;
        if (muxer == null && described != null && !waiting.isEmpty()) {
            muxer = Muxer.builder(file.toString())
                    .format("mp4")
                    .option("movflags", "+faststart")
                    .track(described)
                    .open();
        }
        Muxer open = muxer;
        for (Sample next = waiting.poll(); next != null; next = waiting.poll()) {
            try (Sample sample = next) {
                bytes += sample.size();
                if (open != null) {
                    open.write(sample);
                }
            }
        }
    }

    @Override
    public void close() {
        waiting.forEach(Sample::close);
        waiting.clear();
        if (muxer != null) {
            muxer.close();
        }
    }
}
