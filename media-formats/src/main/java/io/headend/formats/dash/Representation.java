package io.headend.formats.dash;

import io.headend.core.CodecString;
import io.headend.core.Rational;
import org.jspecify.annotations.Nullable;

/**
 * {@code Representation} (ISO/IEC 23009-1, 5.3.5).
 *
 * @param id without white space
 * @param bandwidth bits per second
 * @param codec codec entry
 * @param mimeType such as {@code video/mp4}
 * @param attributes those of its kind
 * @param template or {@code null} where the adaptation set has it
 */
public record Representation(
        String id,
        long bandwidth,
        CodecString codec,
        String mimeType,
        Attributes attributes,
        @Nullable SegmentTemplate template) {

    /** Attributes of one kind of content. */
    public sealed interface Attributes {}

    /**
     * Pictures.
     *
     * @param sar sample aspect ratio
     * @param frameRate or {@code null} where unknown
     */
    public record Video(
            int width, int height, Rational sar, @Nullable Rational frameRate) implements Attributes {}

    /**
     * Key pictures to wind through.
     *
     * @param fastest {@code maxPlayoutRate}
     */
    public record Trick(Video pictures, int fastest) implements Attributes {}

    /**
     * Sheets of small pictures.
     *
     * @param width of a whole sheet, in samples
     * @param height of a whole sheet
     * @param columns of pictures on a sheet
     * @param rows of pictures on a sheet
     */
    public record Tiles(int width, int height, int columns, int rows) implements Attributes {}

    /** Sound. */
    public record Audio(int samplingRate, int channels) implements Attributes {}

    /** Anything else. */
    public record Plain() implements Attributes {}
}
