package io.headend.transcode.quality;

import io.headend.core.MediaException;
import io.headend.ffmpeg.AvFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decoded frames as pictures for a meter, without a copy. */
public final class FramePictures {

    /** Planar Y'CbCr or grey, eight bits or little-endian words; a fourth (alpha) plane is left out. */
    private static final Pattern PLANAR = Pattern.compile("(?:yuvj?|yuva)4\\d\\dp(\\d+)?(?:le)?|gray(\\d+)?(?:le)?");

    private FramePictures() {}

    /** Whether frames of this pixel format can be measured as they are. */
    public static boolean isMeasurable(String pixelFormat) {
        Matcher matcher = PLANAR.matcher(pixelFormat);
        return matcher.matches() && depth(matcher) >= 8 && depth(matcher) <= 16;
    }

    /**
     * The planes of a decoded frame, lent until it is closed.
     *
     * @throws MediaException {@code UNSUPPORTED} for a pixel format that is not planar Y'CbCr or grey of 8 to 16 bits
     */
    public static Picture of(AvFrame frame) {
        Matcher matcher = PLANAR.matcher(frame.pixelFormat());
        if (!matcher.matches()) {
            throw MediaException.unsupported("pictures of the format " + frame.pixelFormat()
                    + " cannot be measured: convert them to planar Y'CbCr first (filter \"format=yuv420p\")");
        }
        int bitDepth = depth(matcher);
        int bytes = bitDepth > 8 ? 2 : 1;
        int count = frame.planes() < 3 ? 1 : 3;
        List<Picture.Plane> planes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            planes.add(new Picture.Plane(frame.plane(i), frame.stride(i), frame.rowBytes(i) / bytes, frame.rows(i)));
        }
        return new Picture(bitDepth, planes);
    }

    /** The nearest format that can be measured: the same where it can, else 4:2:0 of 8 or 10 bits. */
    static String measurable(String pixelFormat) {
        if (isMeasurable(pixelFormat)) {
            return pixelFormat;
        }
        return pixelFormat.matches(".*(10|12|14|16|48|64|30).*") ? "yuv420p10le" : "yuv420p";
    }

    private static int depth(Matcher matcher) {
        String digits = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return digits == null ? 8 : Integer.parseInt(digits);
    }
}
