package io.headend.transcode;

import java.nio.file.Path;

/**
 * A picture that lies over every picture of every rendition: a channel's logo, a watermark. Its size follows the size of the
 * rendition, its own transparency is kept, and on high dynamic range pictures its white is as bright as graphics are (203 cd/m²).
 *
 * @param image a file that FFmpeg decodes to one picture, such as a PNG; at most 16 MiB and 4096x4096
 * @param corner where it lies
 * @param width its width as a share of the width of the picture, 0.005 to 1
 * @param margin distance from the edges as a share of the height of the picture, 0 to 0.5
 * @param opacity 0 (invisible) to 1 (as the image says)
 */
public record Overlay(Path image, Corner corner, double width, double margin, double opacity) {

    /** Where an overlay lies. */
    public enum Corner {
        TOP_LEFT,
        TOP_RIGHT,
        BOTTOM_LEFT,
        BOTTOM_RIGHT,
        CENTER
    }

    public Overlay {
        requireBetween("width", width, 0.005, 1);
        requireBetween("margin", margin, 0, 0.5);
        requireBetween("opacity", opacity, 0, 1);
    }

    private static void requireBetween(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "the " + what + " of an overlay is " + least + " to " + most + ", not " + value);
        }
    }

    /** At the upper right, an eighth of the picture wide, as opaque as the image. */
    public static Overlay of(Path image) {
        return new Overlay(image, Corner.TOP_RIGHT, 0.125, 0.05, 1);
    }

    public Overlay withCorner(Corner newCorner) {
        return new Overlay(image, newCorner, width, margin, opacity);
    }

    public Overlay withWidth(double share) {
        return new Overlay(image, corner, share, margin, opacity);
    }

    public Overlay withOpacity(double newOpacity) {
        return new Overlay(image, corner, width, margin, newOpacity);
    }
}
