package io.headend.transcode;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.util.ArrayList;
import java.util.List;

/**
 * How a picture of some shape becomes one of the rendition's size and layout, as a filter description.
 *
 * <p>The first picture of a stream fills the rendition and keeps its aspect by the sample aspect ratio; a later one of
 * another aspect is fitted in between bars, because that ratio is then settled.
 */
final class PictureFit {

    /**
     * What of a picture matters here.
     *
     * @param pixelFormat FFmpeg's name
     * @param fullRange whether luma runs from 0 to 255
     */
    record Shape(PictureSize size, Rational sampleAspectRatio, String pixelFormat, boolean fullRange) {

        Shape {
            sampleAspectRatio = sampleAspectRatio.num() == 0 ? Rational.ONE : sampleAspectRatio;
        }

        /** Width to height of the picture as seen. */
        double aspect() {
            return size.width() * sampleAspectRatio.toDouble() / size.height();
        }
    }

    private static final double SAME_ASPECT = 0.02;

    private final PictureSize target;
    private final String pixelFormat;

    PictureFit(PictureSize target, String pixelFormat) {
        this.target = target;
        this.pixelFormat = pixelFormat;
    }

    /** The sample aspect ratio that the rendition gets if this is its first picture. */
    Rational sampleAspectRatio(Shape first) {
        // (w * sar / h) * (H / W), reduced in 64 bits and brought into 16 for the bitstream's fields
        long num = (long) first.size().width() * first.sampleAspectRatio().num() * target.height();
        long den = (long) first.size().height() * first.sampleAspectRatio().den() * target.width();
        double ratio = (double) num / den;
        // Sizes are rounded to even: a ratio that is one but for that is one.
        if (Math.abs(ratio - 1) < SAME_ASPECT) {
            return Rational.ONE;
        }
        while (num > 65_535 || den > 65_535) {
            num = Math.max(1, num >> 1);
            den = Math.max(1, den >> 1);
        }
        return Rational.of((int) num, (int) den);
    }

    /**
     * The filters for a picture, empty where it can be encoded as it is.
     *
     * @param encoded the sample aspect ratio that the rendition has
     */
    String description(Shape shape, Rational encoded) {
        double aspect = target.width() * encoded.toDouble() / target.height();
        List<String> filters = new ArrayList<>();
        boolean sameFormat = shape.pixelFormat().equals(pixelFormat) && !shape.fullRange();
        if (Math.abs(shape.aspect() / aspect - 1) >= SAME_ASPECT) {
            PictureSize inner = inside(shape.aspect() / encoded.toDouble());
            filters.add(scale(inner));
            filters.add("format=" + pixelFormat);
            filters.add("pad=" + target.width() + ":" + target.height() + ":(ow-iw)/2:(oh-ih)/2");
        } else if (!shape.size().equals(target) || !sameFormat) {
            filters.add(scale(target));
            filters.add("format=" + pixelFormat);
        }
        return String.join(",", filters);
    }

    private PictureSize inside(double coded) {
        int width = Math.min(target.width(), even(target.height() * coded));
        int height = Math.min(target.height(), even(target.width() / coded));
        return new PictureSize(width, height);
    }

    private static int even(double length) {
        return Math.max(2, 2 * (int) Math.round(length / 2));
    }

    private static String scale(PictureSize size) {
        return "scale=" + size.width() + ":" + size.height() + ":flags=bicubic:out_range=tv";
    }
}
