package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_KEEP_REF;
import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_PUSH;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_time_base;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_set;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse2;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_init_str;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_inout_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_link;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.ffmpeg.avfilter.AVBufferSrcParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** A configured AVFilterGraph for frames of one shape. */
final class NativeGraph implements AutoCloseable {

    private static final int MAX_OUTPUTS = 64;

    private record Pad(String label, AVFilterContext filter, int index) {}

    private final AVFilterGraph graph;
    private final AVFilterContext source;
    private final List<AVFilterContext> sinks;
    private final List<Timebase> timebases;
    private boolean closed;

    private NativeGraph(
            AVFilterGraph graph, AVFilterContext source, List<AVFilterContext> sinks, List<Timebase> timebases) {
        this.graph = graph;
        this.source = source;
        this.sinks = sinks;
        this.timebases = timebases;
    }

    static NativeGraph open(String description, AvFrame frame, int threads) {
        boolean sound = frame.kind() == Codec.Kind.AUDIO;
        AVFilterGraph graph = Averror.notNull(avfilter_graph_alloc(), "avfilter_graph_alloc");
        boolean done = false;
        try {
            graph.nb_threads(threads);
            AVFilterContext source = allocate(graph, sound ? "abuffer" : "buffer", "in");
            describe(source, frame, sound);
            initialise(source);
            List<Pad> inputs = new ArrayList<>();
            List<Pad> outputs = new ArrayList<>();
            parse(graph, description, inputs, outputs);
            if (inputs.size() != 1 || outputs.isEmpty() || outputs.size() > MAX_OUTPUTS) {
                throw MediaException.invalidArgument("a filter graph has one open input and 1 to " + MAX_OUTPUTS
                        + " open outputs, but '" + description + "' has " + inputs.size() + " and " + outputs.size());
            }
            link(source, 0, inputs.get(0).filter(), inputs.get(0).index(), description);
            outputs.sort(Comparator.comparing(Pad::label));
            List<AVFilterContext> sinks = new ArrayList<>();
            for (Pad output : outputs) {
                AVFilterContext sink = allocate(graph, sound ? "abuffersink" : "buffersink", "out" + sinks.size());
                initialise(sink);
                link(output.filter(), output.index(), sink, 0, description);
                sinks.add(sink);
            }
            Averror.check(avfilter_graph_config(graph, null), "avfilter_graph_config", "set up '" + description + "'");
            List<Timebase> timebases = new ArrayList<>();
            for (AVFilterContext sink : sinks) {
                try (AVRational timebase = av_buffersink_get_time_base(sink)) {
                    timebases.add(PixelLayout.timebase(timebase, frame.timebase()));
                }
            }
            done = true;
            return new NativeGraph(graph, source, sinks, timebases);
        } finally {
            if (!done) {
                avfilter_graph_free(graph);
            }
        }
    }

    private static AVFilterContext allocate(AVFilterGraph graph, String filter, String name) {
        return Averror.notNull(
                avfilter_graph_alloc_filter(graph, avfilter_get_by_name(filter), name), "avfilter_graph_alloc_filter");
    }

    private static void initialise(AVFilterContext filter) {
        Averror.check(
                avfilter_init_str(filter, (String) null), "avfilter_init_str", "set up the end of a filter graph");
    }

    private static void link(AVFilterContext from, int fromPad, AVFilterContext to, int toPad, String description) {
        Averror.check(avfilter_link(from, fromPad, to, toPad), "avfilter_link", "connect '" + description + "'");
    }

    private static void describe(AVFilterContext source, AvFrame frame, boolean sound) {
        AVFrame f = frame.frame();
        AVBufferSrcParameters parameters =
                Averror.notNull(av_buffersrc_parameters_alloc(), "av_buffersrc_parameters_alloc");
        try {
            parameters.format(f.format());
            PixelLayout.put(parameters.time_base(), frame.timebase());
            if (sound) {
                parameters.sample_rate(f.sample_rate());
                Averror.check(
                        av_channel_layout_copy(parameters.ch_layout(), f.ch_layout()),
                        "av_channel_layout_copy",
                        "filter");
            } else {
                parameters.width(f.width()).height(f.height());
                parameters.color_space(f.colorspace()).color_range(f.color_range());
                PixelLayout.put(parameters.sample_aspect_ratio(), frame.sampleAspectRatio());
            }
            Averror.check(
                    av_buffersrc_parameters_set(source, parameters),
                    "av_buffersrc_parameters_set",
                    "describe the input");
        } finally {
            av_free(parameters);
        }
    }

    private static void parse(AVFilterGraph graph, String description, List<Pad> inputs, List<Pad> outputs) {
        AVFilterInOut in = new AVFilterInOut((Pointer) null);
        AVFilterInOut out = new AVFilterInOut((Pointer) null);
        try {
            int result = avfilter_graph_parse2(graph, description, in, out);
            if (result < 0) {
                throw MediaException.invalidArgument(
                        "FFmpeg does not understand the filters '" + description + "': " + Averror.text(result));
            }
            collect(in, inputs);
            collect(out, outputs);
        } finally {
            avfilter_inout_free(in);
            avfilter_inout_free(out);
        }
    }

    private static void collect(@Nullable AVFilterInOut first, List<Pad> pads) {
        for (AVFilterInOut pad = first; pad != null && !pad.isNull(); pad = pad.next()) {
            pads.add(new Pad(Options.text(pad.name()), pad.filter_ctx(), pad.pad_idx()));
        }
    }

    int outputs() {
        return sinks.size();
    }

    Timebase timebase(int output) {
        return timebases.get(output);
    }

    void send(AVFrame frame) {
        Averror.check(
                av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF | AV_BUFFERSRC_FLAG_PUSH),
                "av_buffersrc_add_frame_flags",
                "filter a frame");
    }

    void finish() {
        int result = av_buffersrc_add_frame_flags(source, null, AV_BUFFERSRC_FLAG_PUSH);
        if (result < 0 && result != Averror.EOF) {
            throw Averror.exception(result, "av_buffersrc_add_frame_flags", "end a filter graph");
        }
    }

    /** Whether a frame was there. */
    boolean receive(int output, AVFrame frame) {
        int result = av_buffersink_get_frame(sinks.get(output), frame);
        if (result == Averror.EAGAIN || result == Averror.EOF) {
            return false;
        }
        Averror.check(result, "av_buffersink_get_frame", "filter a frame");
        return true;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            avfilter_graph_free(graph);
        }
    }
}
