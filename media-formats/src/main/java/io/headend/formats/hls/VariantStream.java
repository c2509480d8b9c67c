package io.headend.formats.hls;

import io.headend.core.CodecString;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code EXT-X-STREAM-INF} (RFC 8216bis, 4.4.6.2), or {@code EXT-X-I-FRAME-STREAM-INF} (4.4.6.3).
 *
 * @param uri media playlist
 * @param bandwidth peak and average bits per second of the variant with its renditions
 * @param codecs of every rendition in it
 * @param picture or {@code null} without video
 * @param groups renditions that go with it
 */
public record VariantStream(
        String uri,
        Bandwidth bandwidth,
        List<CodecString> codecs,
        @Nullable Picture picture,
        Groups groups) {

    /** Bits per second: the largest of any segment, and over all segments. */
    public record Bandwidth(long peak, long average) {}

    /**
     * What the pictures are like.
     *
     * @param resolution in pixels
     * @param frameRate or {@code null} where unknown
     * @param videoRange {@code SDR}, {@code HLG}, {@code PQ}, or empty to leave it out
     */
    public record Picture(PictureSize resolution, @Nullable Rational frameRate, String videoRange) {}

    /**
     * Groups of renditions by their ids; {@code null} where there is none.
     *
     * @param closedCaptions {@code null} says that there are no captions in the pictures
     */
    public record Groups(
            @Nullable String audio,
            @Nullable String subtitles,
            @Nullable String closedCaptions) {
        public static final Groups NONE = new Groups(null, null, null);
    }

    public VariantStream {
        MediaSegment.requireUri(uri);
        codecs = List.copyOf(codecs);
    }

    private Attributes common() {
        Attributes attributes = new Attributes()
                .plain("BANDWIDTH", bandwidth.peak())
                .plain("AVERAGE-BANDWIDTH", bandwidth.average())
                .quoted(
                        "CODECS",
                        String.join(
                                ",",
                                codecs.stream()
                                        .map(CodecString::value)
                                        .distinct()
                                        .toList()));
        if (picture != null) {
            attributes.plain("RESOLUTION", picture.resolution());
        }
        return attributes;
    }

    private void range(Attributes attributes) {
        if (picture != null && !picture.videoRange().isEmpty()) {
            attributes.plain("VIDEO-RANGE", picture.videoRange());
        }
    }

    String toLines() {
        Attributes attributes = common();
        Rational frameRate = picture == null ? null : picture.frameRate();
        if (frameRate != null) {
            BigDecimal rate = BigDecimal.valueOf(frameRate.num())
                    .divide(BigDecimal.valueOf(frameRate.den()), 3, RoundingMode.HALF_UP);
            attributes.plain("FRAME-RATE", rate.toPlainString());
        }
        range(attributes);
        group(attributes, "AUDIO", groups.audio());
        group(attributes, "SUBTITLES", groups.subtitles());
        if (groups.closedCaptions() != null) {
            group(attributes, "CLOSED-CAPTIONS", groups.closedCaptions());
        } else if (picture != null) {
            attributes.plain("CLOSED-CAPTIONS", "NONE");
        }
        return "#EXT-X-STREAM-INF:" + attributes + "\n" + uri + "\n";
    }

    String toIFrameLine() {
        Attributes attributes = common();
        range(attributes);
        return "#EXT-X-I-FRAME-STREAM-INF:" + attributes.quoted("URI", uri) + "\n";
    }

    private static void group(Attributes attributes, String name, @Nullable String id) {
        if (id != null) {
            attributes.quoted(name, id);
        }
    }
}
