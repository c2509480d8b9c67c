package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.headend.core.Codec;
import io.headend.core.LeakDetector;
import io.headend.core.MediaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * One input through FFmpeg filters to one or more outputs.
 *
 * <p>The description is FFmpeg's filter syntax with one open input and open outputs, such as {@code scale=640:360} or
 * {@code split=2[a][b];[a]scale=1280:720[out0];[b]scale=640:360[out1]}. Outputs are numbered in the order of their labels.
 * The graph takes the shape of the first frame; a frame of another shape first drains the filters and then builds
 * them anew, so filters lose their memory there.
 *
 * <p>After each {@link #send} receive from every output until it gives {@code null}; what is not received stays in memory.
 *
 * <p><b>Threading:</b> one thread at a time. Filters that can work on slices use native threads of the graph, which end in
 * {@link #close()}.
 */
public final class FilterGraph implements AutoCloseable {

    private final String description;
    private final Codec.Kind kind;
    private final int threads;
    private final LeakDetector.Ticket ticket;
    // Frames that left the filters while they were rebuilt, by output.
    private final List<Deque<AvFrame>> drained = new ArrayList<>();
    private @Nullable NativeGraph graph;
    private @Nullable FrameShape shape;
    private boolean finished;

    private FilterGraph(String description, Codec.Kind kind, int threads) {
        FfmpegRuntime.get();
        this.description = description;
        this.kind = kind;
        this.threads = threads;
        this.ticket = LeakDetector.open(this, "FilterGraph");
    }

    /** Picture filters; FFmpeg chooses the number of slice threads. */
    public static FilterGraph video(String description) {
        return new FilterGraph(description, Codec.Kind.VIDEO, 0);
    }

    /** @param threads slice threads, 1 for none beside the caller's */
    public static FilterGraph video(String description, int threads) {
        return new FilterGraph(description, Codec.Kind.VIDEO, threads);
    }

    public static FilterGraph audio(String description) {
        return new FilterGraph(description, Codec.Kind.AUDIO, 1);
    }

    /**
     * Gives a frame, which is taken over in every case.
     *
     * @throws MediaException if the description is wrong or does not fit the frame
     */
    public void send(AvFrame frame) {
        try (frame) {
            open();
            if (finished) {
                throw new IllegalStateException("no frames after finish()");
            }
            if (frame.kind() != kind) {
                throw MediaException.invalidArgument("a " + kind + " filter graph cannot take " + frame.kind());
            }
            FrameShape next = FrameShape.of(frame);
            if (!next.equals(shape)) {
                rebuild(frame, next);
            }
            if (graph != null) {
                graph.send(frame.frame());
            }
        }
    }

    private void rebuild(AvFrame frame, FrameShape next) {
        if (graph != null) {
            graph.finish();
            keepRemaining(graph);
            graph.close();
            graph = null;
        }
        shape = null;
        graph = NativeGraph.open(description, frame, threads);
        shape = next;
        while (drained.size() < graph.outputs()) {
            drained.add(new ArrayDeque<>());
        }
    }

    private void keepRemaining(NativeGraph old) {
        for (int i = 0; i < old.outputs(); i++) {
            for (AvFrame frame = take(old, i); frame != null; frame = take(old, i)) {
                drained.get(i).add(frame);
            }
        }
    }

    /** No more frames; what the filters hold can be received. */
    public void finish() {
        open();
        if (!finished) {
            finished = true;
            if (graph != null) {
                graph.finish();
            }
        }
    }

    /** How many outputs the description has; 0 before the first frame. */
    public int outputs() {
        return graph == null ? 0 : graph.outputs();
    }

    /** The next frame of an output, the caller's to close; {@code null} if another frame is wanted or none is left. */
    public @Nullable AvFrame receive(int output) {
        open();
        if (graph == null) {
            return null;
        }
        if (output < 0 || output >= graph.outputs()) {
            throw new IndexOutOfBoundsException("output " + output + " of " + graph.outputs());
        }
        AvFrame earlier = drained.get(output).poll();
        return earlier != null ? earlier : take(graph, output);
    }

    private static @Nullable AvFrame take(NativeGraph from, int output) {
        AVFrame frame = Averror.notNull(av_frame_alloc(), "av_frame_alloc");
        boolean given = false;
        try {
            if (!from.receive(output, frame)) {
                return null;
            }
            given = true;
            return AvFrame.adopt(frame, from.timebase(output));
        } finally {
            if (!given) {
                av_frame_free(frame);
            }
        }
    }

    private void open() {
        if (!ticket.isOpen()) {
            throw new IllegalStateException("filter graph is closed: " + description);
        }
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            drained.forEach(frames -> frames.forEach(AvFrame::close));
            drained.clear();
            if (graph != null) {
                graph.close();
            }
        }
    }
}
