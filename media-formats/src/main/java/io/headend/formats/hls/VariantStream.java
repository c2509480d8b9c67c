package io.headend.formats.hls;

import io.headend.core.CodecString;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code EXT-X-STREAM-INF} (RFC 8216bis, 4.4.6.2).
 *
 * @param uri media playlist
 * @param bandwidth peak and average bits per second of the variant with its renditions
 * @param codecs of every rendition in it
 * @param resolution or {@code null} without video
 * @param frameRate or {@code null} where unknown
 * @param audioGroup {@code AUDIO}, or {@code null}
 */
public record VariantStream(
        String uri,
        Bandwidth bandwidth,
        List<CodecString> codecs,
        @Nullable PictureSize resolution,
        @Nullable Rational frameRate,
        @Nullable String audioGroup) {

    /** Bits per second: the largest of any segment, and over all segments. */
    public record Bandwidth(long peak, long average) {}

    public VariantStream {
        codecs = List.copyOf(codecs);
    }

    String toLines() {
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
        if (resolution != null) {
            attributes.plain("RESOLUTION", resolution);
        }
        if (frameRate != null) {
            BigDecimal rate = BigDecimal.valueOf(frameRate.num())
                    .divide(BigDecimal.valueOf(frameRate.den()), 3, RoundingMode.HALF_UP);
            attributes.plain("FRAME-RATE", rate.toPlainString());
        }
        if (audioGroup != null) {
            attributes.quoted("AUDIO", audioGroup);
        }
        if (resolution != null) {
            attributes.plain("CLOSED-CAPTIONS", "NONE");
        }
        return "#EXT-X-STREAM-INF:" + attributes + "\n" + uri + "\n";
    }
}
