package io.headend.live;

import io.headend.core.HandoverQueue;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.packaging.PackagingFigures;
import io.headend.packaging.Presentation;
import io.headend.packaging.PublishedTrack;
import io.headend.packaging.SegmentEntry;
import io.headend.transcode.RenditionStats;
import io.headend.transcode.TranscoderStats;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers the figures of a channel from its parts. */
final class ChannelFigures {

    private ChannelFigures() {}

    static ChannelStats of(
            String name,
            ChannelState state,
            @Nullable MediaException failure,
            Optional<Presentation> listed,
            @Nullable Pipeline pipeline,
            @Nullable HandoverQueue queue,
            FrameClock clock) {
        String error = failure == null ? null : failure.getMessage();
        if (pipeline == null || queue == null) {
            return new ChannelStats(
                    name,
                    state,
                    error,
                    new ChannelStats.Timeline(-1, -1, 0, 0, -1, 0),
                    new ChannelStats.Input(0, 0, 0, 0, 0, 0),
                    List.of());
        }
        TranscoderStats coding = pipeline.transcoding();
        HandoverQueue.Stats waiting = queue.stats();
        ChannelStats.Input input = new ChannelStats.Input(
                coding.decoded(),
                coding.repeated(),
                coding.dropped(),
                coding.decodeErrors(),
                waiting.items(),
                waiting.dropped());
        List<ChannelStats.Output> outputs = new ArrayList<>();
        for (RenditionStats rendition : coding.renditions()) {
            outputs.add(output(rendition, listed.orElse(null)));
        }
        return new ChannelStats(name, state, error, timeline(listed, pipeline, clock), input, outputs);
    }

    private static ChannelStats.Timeline timeline(Optional<Presentation> listed, Pipeline pipeline, FrameClock clock) {
        PackagingFigures packaging = pipeline.packaging();
        if (listed.isEmpty()) {
            return new ChannelStats.Timeline(
                    -1, -1, packaging.listed(), packaging.missing(), -1, packaging.maxDriftTicks());
        }
        Presentation presentation = listed.get();
        long last = presentation.lastNumber();
        long end = pipeline.grid().segmentStart(last + 1).ticksIn(Timebase.NANOS, RoundingMode.HALF_UP);
        return new ChannelStats.Timeline(
                presentation.firstNumber(),
                last,
                packaging.listed(),
                packaging.missing(),
                (clock.now() - end) / 1_000_000,
                packaging.maxDriftTicks());
    }

    private static ChannelStats.Output output(RenditionStats rendition, @Nullable Presentation presentation) {
        long last = 0;
        long average = 0;
        if (presentation != null) {
            for (PublishedTrack track : presentation.tracks()) {
                if (track.name().equals(rendition.name())) {
                    average = track.averageBitrate();
                    last = lastBitrate(track);
                }
            }
        }
        return new ChannelStats.Output(
                rendition.name(), last, average, rendition.framesPerSecond(), rendition.speed(), rendition.queued());
    }

    private static long lastBitrate(PublishedTrack track) {
        SegmentEntry segment = track.segments().get(track.segments().size() - 1);
        long micros = track.duration(segment).ticksIn(Timebase.MICROS, RoundingMode.HALF_UP);
        return segment.bytes() * 8_000_000 / Math.max(1, micros);
    }
}
