package io.headend.javacv;

import io.headend.core.StreamSink;
import io.headend.core.TrackFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;

/** Filters and an encoder in a row, with their samples going to a sink. */
final class EncoderLine implements AutoCloseable {

    private final Encoder encoder;
    private final FilterGraph filters;
    private final int track;
    private final StreamSink sink;

    private EncoderLine(Encoder encoder, FilterGraph filters, int track, StreamSink sink) {
        this.encoder = encoder;
        this.filters = filters;
        this.track = track;
        this.sink = sink;
    }

    static EncoderLine video(Encoder encoder, String description, int track, StreamSink sink) {
        return new EncoderLine(encoder, FilterGraph.video(description, 1), track, sink);
    }

    static EncoderLine audio(Encoder encoder, String description, int track, StreamSink sink) {
        return new EncoderLine(encoder, FilterGraph.audio(description), track, sink);
    }

    TrackFormat format() {
        return encoder.format();
    }

    /** Takes the frame over. */
    void encode(AvFrame frame) {
        filters.send(frame);
        pull();
    }

    void finish() {
        filters.finish();
        pull();
        encoder.finish();
        give();
    }

    private void pull() {
        for (AvFrame frame = filters.receive(0); frame != null; frame = filters.receive(0)) {
            encoder.send(frame);
            give();
        }
    }

    private void give() {
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            try (AvSample own = sample) {
                sink.accept(own.with(own.info().withTrackId(track)));
            }
        }
    }

    @Override
    public void close() {
        filters.close();
        encoder.close();
    }
}
