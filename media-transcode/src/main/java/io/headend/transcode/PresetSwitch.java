package io.headend.transcode;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.ffmpeg.Encoder;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the encoders of one rendition: first one with its own settings, later, at the beginning of a group of pictures, one
 * with those that the load allows. All write the same parameter sets, so players never learn of it. Used by the rendition's
 * thread.
 */
final class PresetSwitch {

    private static final Logger log = LoggerFactory.getLogger(PresetSwitch.class);

    private final EncoderSettings own;
    private final Function<EncoderSettings, Encoder> opening;
    private final Map<ComputeLevel, EncoderSettings> found = new EnumMap<>(ComputeLevel.class);
    private EncoderSettings base;
    private EncoderSettings current;
    private EncoderSettings wanted;
    private @Nullable Object headers;

    /** @param opening opens an encoder for the pictures that come next */
    PresetSwitch(EncoderSettings own, Function<EncoderSettings, Encoder> opening) {
        this.own = own;
        this.opening = opening;
        this.base = own;
        this.current = own;
        this.wanted = own;
    }

    /** What the encoder that was opened last works with. */
    EncoderSettings current() {
        return current;
    }

    /**
     * What to use while nothing faster is asked for, from the next group of pictures on.
     *
     * @param settings those of the rendition with other parameters that show in no header
     */
    void use(EncoderSettings settings) {
        base = settings;
    }

    Encoder first() {
        Encoder opened = opening.apply(base);
        current = base;
        wanted = base;
        headers = headers(opened);
        return opened;
    }

    /** Whether groups of pictures that begin now ask for another encoder, which {@link #next} then opens. */
    boolean changes(ComputeLevel level) {
        wanted = level.isAtLeast(ComputeLevel.FASTER_PRESET) ? faster(level) : base;
        return !wanted.equals(current);
    }

    Encoder next() {
        Encoder opened = opening.apply(wanted);
        current = wanted;
        return opened;
    }

    private EncoderSettings faster(ComputeLevel level) {
        ComputeLevel kind =
                level.isAtLeast(ComputeLevel.FASTEST_PRESET) ? ComputeLevel.FASTEST_PRESET : ComputeLevel.FASTER_PRESET;
        EncoderSettings known = found.get(kind);
        if (known == null) {
            known = search(kind);
            found.put(kind, known);
        }
        return known;
    }

    /** Where none fits, what runs now stays for this level too. */
    private EncoderSettings search(ComputeLevel level) {
        for (EncoderSettings candidate : PresetSteps.faster(own, level)) {
            try (Encoder opened = opening.apply(candidate)) {
                if (headers(opened).equals(headers)) {
                    return candidate;
                }
            } catch (MediaException e) {
                log.debug("not an option: {}", candidate, e);
            }
        }
        return current;
    }

    // x265 describes itself in a message beside its parameter sets; that may differ.
    private static Object headers(Encoder encoder) {
        CodecConfig config = CanonicalFormat.of(encoder.format()).codec();
        if (config.codec() != Codec.HEVC) {
            return config.record();
        }
        HevcDecoderConfigurationRecord record = HevcDecoderConfigurationRecord.parse(config.record());
        return List.of(record.videoParameterSets(), record.sequenceParameterSets(), record.pictureParameterSets());
    }
}
