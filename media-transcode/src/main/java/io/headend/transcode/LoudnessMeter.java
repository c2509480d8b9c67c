package io.headend.transcode;

import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.FfmpegRuntime;
import io.headend.ffmpeg.FilterGraph;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures the sound of a programme as a transcoder would take it: the track with the most channels, mixed to stereo at 48 kHz.
 * The first of two passes to {@link Loudness}.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class LoudnessMeter implements StreamSink, AutoCloseable {

    private static final int RATE = 48_000;
    private static final int CHANNELS = 2;
    private static final int MAX_TRACKS = 256;

    private final Map<Integer, Track> announced = new LinkedHashMap<>();
    private final LoudnessGauge gauge = new LoudnessGauge(RATE, CHANNELS);
    private final TruePeak[] peaks = {new TruePeak(), new TruePeak()};
    private final FilterGraph filters = FilterGraph.audio(SoundFit.filters(RATE, CHANNELS));
    private @Nullable Track chosen;
    private @Nullable Decoder decoder;
    private double peak;
    private boolean closed;

    public LoudnessMeter() {}

    /** @throws MediaException {@code EXHAUSTED} for more than 256 tracks */
    @Override
    public void accept(StreamItem item) {
        try (item) {
            if (closed) {
                throw MediaException.closed("loudness meter");
            }
            if (item instanceof TrackInfo info) {
                announce(info.track());
            } else if (item instanceof Sample sample) {
                listen(sample);
            }
        }
    }

    private void announce(Track track) {
        if (announced.size() >= MAX_TRACKS && !announced.containsKey(track.id())) {
            throw MediaException.unsupported("the program has more than " + MAX_TRACKS + " tracks");
        }
        announced.put(track.id(), track);
        Track now = chosen;
        if (now != null && now.id() == track.id() && !now.equals(track)) {
            closeDecoder();
            chosen = track;
        }
    }

    private void listen(Sample sample) {
        Track track = chosen;
        if (track == null) {
            track = TrackChoice.audio(
                            announced.values(),
                            each -> FfmpegRuntime.get()
                                    .hasDecoder(each.format().codec().name()))
                    .orElse(null);
            chosen = track;
        }
        if (track == null || track.id() != sample.trackId()) {
            return;
        }
        Decoder open = decoder;
        if (open == null) {
            open = Decoder.builder(track).open();
            decoder = open;
        }
        open.send(sample);
        receive(open);
    }

    private void receive(Decoder open) {
        for (AvFrame frame = open.receive(); frame != null; frame = open.receive()) {
            filters.send(frame);
            drain();
        }
    }

    private void drain() {
        for (AvFrame next = filters.receive(0); next != null; next = filters.receive(0)) {
            try (AvFrame frame = next) {
                FloatBuffer left = frame.plane(0).asFloatBuffer();
                FloatBuffer right = frame.plane(1).asFloatBuffer();
                for (int i = 0; i < frame.samples(); i++) {
                    peak = Math.max(peak, Math.max(peaks[0].next(left.get(i)), peaks[1].next(right.get(i))));
                    gauge.add(left.get(i), right.get(i));
                }
            }
        }
    }

    /** Of everything that was accepted so far. */
    public LoudnessReport report() {
        return new LoudnessReport(gauge.integrated(), 20 * Math.log10(peak));
    }

    private void closeDecoder() {
        Decoder open = decoder;
        decoder = null;
        if (open != null) {
            try (open) {
                open.finish();
                receive(open);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Decoder open = decoder;
            decoder = null;
            if (open != null) {
                open.close();
            }
            filters.close();
        }
    }
}
