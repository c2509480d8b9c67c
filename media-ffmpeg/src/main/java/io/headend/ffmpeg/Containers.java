package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avformat.av_demuxer_iterate;

import io.headend.core.MediaException;
import java.util.StringJoiner;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Which containers are read.
 *
 * <p>All that the natives know but {@code dash}: at the end of a segment that is shorter than its index says, FFmpeg 8.0.1
 * seeks in it for ever ({@code avio_seek} over {@code read_data} in dashdec.c, which gives zero bytes and no end), and the
 * interrupt callback is not asked there. A list of what is allowed is the one way that also covers nested inputs.
 */
final class Containers {

    private static final String ENDLESS = "dash";

    /** FFmpeg's {@code format_whitelist}. */
    static final String READABLE = readable();

    private Containers() {}

    private static String readable() {
        StringJoiner names = new StringJoiner(",");
        try (PointerPointer<Pointer> cursor = new PointerPointer<>(1L)) {
            cursor.put(0, (Pointer) null);
            for (AVInputFormat f = av_demuxer_iterate(cursor); f != null; f = av_demuxer_iterate(cursor)) {
                String name = Options.text(f.name());
                if (!name.equals(ENDLESS)) {
                    names.add(name);
                }
            }
        }
        return names.toString();
    }

    static MediaException refused(String url) {
        return MediaException.unsupported(
                "cannot open " + url
                        + ": FFmpeg takes neither its container nor these options (MPEG-DASH is not read; give the media files)");
    }
}
