package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.FilterGraph;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes decoded pictures progressive and upright; what is so already passes untouched. Used by the decoding thread.
 *
 * <p>After each {@link #send} receive until {@code null}.
 */
final class PictureFilters implements AutoCloseable {

    private static final double FIELDS_FROM = 1.5;
    private static final double FALLBACK_RATE = 25;

    private final Deinterlace deinterlace;
    private final EpochGrid grid;
    private final VideoFormat format;
    private boolean fields;
    private @Nullable FilterGraph graph;
    private @Nullable AvFrame passing;

    PictureFilters(Deinterlace deinterlace, EpochGrid grid, VideoFormat format) {
        this.deinterlace = deinterlace;
        this.grid = grid;
        this.format = format;
        if (format.rotation() != 0) {
            graph = FilterGraph.video(description(false));
        }
    }

    /** Takes the frame over. */
    void send(AvFrame frame) {
        if (!fields && frame.isInterlaced() && deinterlace != Deinterlace.OFF) {
            fields = true;
            // A turned stream starts anew here; interlaced pictures that are turned come from no camera.
            close();
            graph = FilterGraph.video(description(true));
        }
        FilterGraph open = graph;
        if (open == null) {
            passing = frame;
        } else {
            open.send(frame);
        }
    }

    @Nullable
    AvFrame receive() {
        FilterGraph open = graph;
        if (open != null) {
            return open.receive(0);
        }
        AvFrame frame = passing;
        passing = null;
        return frame;
    }

    /** Nothing is sent any more; receive what is left. */
    void finish() {
        FilterGraph open = graph;
        if (open != null) {
            open.finish();
        }
    }

    private String description(boolean interlaced) {
        List<String> filters = new ArrayList<>();
        if (interlaced) {
            filters.add("bwdif=mode=" + (eachField() ? "send_field" : "send_frame") + ":parity=auto:deint=interlaced");
        }
        switch (format.rotation()) {
            case 90 -> filters.add("transpose=clock");
            case 180 -> filters.add("hflip,vflip");
            case 270 -> filters.add("transpose=cclock");
            default -> {}
        }
        return String.join(",", filters);
    }

    private boolean eachField() {
        if (deinterlace != Deinterlace.AUTO) {
            return deinterlace == Deinterlace.FIELDS;
        }
        Rational rate = format.frameRate();
        double source = rate == null ? FALLBACK_RATE : rate.toDouble();
        return grid.frameRate().toDouble() >= FIELDS_FROM * source;
    }

    @Override
    public void close() {
        FilterGraph open = graph;
        graph = null;
        if (open != null) {
            open.close();
        }
        AvFrame frame = passing;
        passing = null;
        if (frame != null) {
            frame.close();
        }
    }
}
