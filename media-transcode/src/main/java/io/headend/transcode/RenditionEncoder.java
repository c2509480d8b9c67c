package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.MeterSink;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.ffmpeg.AvFrame;
import java.util.List;
import java.util.function.Consumer;

/**
 * Encodes one rendition in the caller's thread: what a {@link Transcoder} does on the thread of each rendition, for callers that
 * have pictures and want samples, such as a file that is encoded shot by shot.
 *
 * <p>The sink gets {@code TrackInfo} before the first sample, samples in decoding order and {@code EndOfStream}, all inside
 * {@link #encode} and {@link #finish}.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class RenditionEncoder implements AutoCloseable {

    private final VideoStage stage;
    private final RenditionOutput output;

    private RenditionEncoder(Rendition rendition, EpochGrid grid, StreamSink sink, Consumer<GopReport> reports) {
        output = new RenditionOutput(rendition.name(), sink, MeterSink.NONE);
        TranscoderBuilder settings = Transcoder.builder(new Ladder(List.of(rendition), List.of()), grid);
        stage = new VideoStage(0, rendition, settings, output, new GopTally(rendition.name(), reports), text -> {});
    }

    /**
     * An encoder for pictures of any size, which are scaled to the rendition's.
     *
     * @param grid gives times, and says which pictures become IDR pictures; the first one always is
     * @param sink takes over the samples
     * @param reports told of every group of pictures
     */
    public static RenditionEncoder open(
            Rendition rendition, EpochGrid grid, StreamSink sink, Consumer<GopReport> reports) {
        return new RenditionEncoder(rendition, grid, sink, reports);
    }

    /**
     * Encodes a picture, which is taken over in every case.
     *
     * @param number its frame number on the grid, one more than that of the picture before
     */
    public void encode(AvFrame frame, long number) {
        stage.accept(new Work.Picture(frame, number, false, SampleInfo.NO_ARRIVAL));
    }

    /** Delivers what is still inside, and the end. */
    public void finish() {
        stage.finish();
        output.end();
    }

    @Override
    public void close() {
        stage.close();
    }
}
