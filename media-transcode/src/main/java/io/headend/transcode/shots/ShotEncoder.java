package io.headend.transcode.shots;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.transcode.EncoderSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the pictures of a file shot by shot, each part of it with the quantiser that serves a target best.
 *
 * <p>The file is read once to find its shots, and parts of shots no longer than the longest group of pictures. Every part is
 * probed with a fast preset; from the probes' curves each gets its constant rate factor; parts are encoded side by side, every
 * one by an encoder of its own, measured, and encoded again where they miss. The decoder's buffer is followed through all
 * joints, and a part that would empty it is encoded anew with the buffer as it finds it.
 *
 * <p>What comes out is one stream: an IDR picture at the start of every part, one picture for each of the file's, at a constant
 * rate from time 0. Shots depend on the source alone, so encodes of different sizes have their IDR pictures at the same times.
 *
 * <p><b>Threading:</b> one thread uses it; work runs on the executor and is waited for. Every encoder has one thread, so the same
 * file and settings give the same bits.
 */
public final class ShotEncoder implements AutoCloseable {

    private final ShotJob job;

    private ShotEncoder(Builder builder) {
        job = new ShotJob(builder);
    }

    /**
     * An encoder for a file.
     *
     * @param url a file that FFmpeg can read, more than once
     * @param settings codec, preset and options; of their rate control only maximum rate and buffer count
     */
    public static Builder builder(String url, EncoderSettings settings) {
        return new Builder(url, settings);
    }

    /** Settings of a shot encoder. */
    public static final class Builder {

        final String url;
        final EncoderSettings settings;

        @Nullable
        PictureSize size;

        @Nullable
        PictureSize scored;

        Duration longest = Duration.ofSeconds(6);
        Executor executor = Runnable::run;
        IntConsumer progress = pictures -> {};

        @Nullable
        Path folder;

        boolean anyRate;

        private Builder(String url, EncoderSettings settings) {
            this.url = url;
            this.settings = settings;
        }

        /** Size of the encode; the source's unless set. */
        public Builder size(PictureSize pictures) {
            size = pictures;
            return this;
        }

        /** Size at which it is compared with the source; the source's unless set. */
        public Builder scoredAt(PictureSize pictures) {
            scored = pictures;
            return this;
        }

        /** Longest time from one IDR picture to the next; 6 s unless set. */
        public Builder longest(Duration gop) {
            if (gop.toMillis() < 100 || gop.compareTo(Duration.ofMinutes(1)) > 0) {
                throw MediaException.invalidArgument("a group of pictures lasts 0.1 to 60 s, not " + gop);
            }
            longest = gop;
            return this;
        }

        /** Where probes, encodes and scores run, as many at a time as it has threads; the calling thread unless set. */
        public Builder executor(Executor hostExecutor) {
            executor = hostExecutor;
            return this;
        }

        /** Is told of pictures that were encoded or scored, by any thread. */
        public Builder progress(IntConsumer listener) {
            progress = listener;
            return this;
        }

        /** Where finished parts wait, in files of its own that it deletes; a temporary folder unless set. */
        public Builder folder(Path existing) {
            folder = existing;
            return this;
        }

        /** Takes sources without a constant rate as if every picture lasted equally long; an error unless said. */
        public Builder anyRate(boolean allowed) {
            anyRate = allowed;
            return this;
        }

        public ShotEncoder build() {
            return new ShotEncoder(this);
        }
    }

    /** Pictures in the file; reads it on the first call. */
    public long frames() {
        return job.plan().frames();
    }

    /** Size of the source's pictures. */
    public PictureSize sourceSize() {
        return job.plan().size();
    }

    public Rational frameRate() {
        return job.plan().rate();
    }

    /** The source's time of the first picture, which comes out as time 0. */
    public Timestamp start() {
        return Timestamp.of(job.plan().start(), job.plan().timebase());
    }

    /**
     * Encodes the file. May be called again with another target; shots and probes are kept.
     *
     * @param sink gets one track with id 0, its samples and the end, in the calling thread
     * @throws MediaException if the file cannot be read, or has no constant frame rate, or a part cannot be encoded
     */
    public ShotReport encode(ShotTarget target, StreamSink sink) {
        return job.encode(target, sink);
    }

    /** Deletes what waits in files. */
    @Override
    public void close() {
        job.close();
    }
}
