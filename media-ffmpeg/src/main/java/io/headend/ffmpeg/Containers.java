package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avformat.av_demuxer_iterate;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.Set;
import java.util.StringJoiner;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Which containers are read: all that the natives know but two kinds. A list of what is allowed is the one way that also
 * covers nested inputs.
 */
final class Containers {

    // At the end of a segment that is shorter than its index says, FFmpeg 8.0.1 seeks for ever (avio_seek over
    // read_data of
    // dashdec.c, which gives zero bytes and no end), and does not ask the interrupt callback there.
    private static final Set<String> ENDLESS = Set.of("dash");

    // Text-mode art: any text file would be a picture.
    private static final Set<String> TEXT_ART = Set.of("tty", "bin", "xbin", "adf", "idf");

    /** FFmpeg's {@code format_whitelist}. */
    static final String READABLE = readable();

    private Containers() {}

    private static String readable() {
        StringJoiner names = new StringJoiner(",");
        try (PointerPointer<Pointer> cursor = new PointerPointer<>(1L)) {
            cursor.put(0, (Pointer) null);
            for (AVInputFormat f = av_demuxer_iterate(cursor); f != null; f = av_demuxer_iterate(cursor)) {
                String name = Options.text(f.name());
                if (!ENDLESS.contains(name) && !TEXT_ART.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names.toString();
    }

    static MediaException unknown(String name, int error) {
        String message = "'" + name + "' is not a media file that FFmpeg can read";
        return new FfmpegException(MediaErrorCode.MALFORMED, message, false, error, "avformat_open_input");
    }

    static MediaException refused(String url) {
        return MediaException.unsupported("'" + url
                + "' is in no container that is read here (MPEG-DASH is not, give its media files),"
                + " or the options do not fit it");
    }
}
