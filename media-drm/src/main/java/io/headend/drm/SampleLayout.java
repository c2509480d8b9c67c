package io.headend.drm;

import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Range;
import io.headend.core.Track;
import io.headend.formats.av1.Av1ConfigurationRecord;
import io.headend.formats.av1.Av1Tiles;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.formats.h26x.SliceHeaderParser;
import java.nio.ByteBuffer;
import java.util.List;

/** Which bytes of a sample a scheme encrypts. */
interface SampleLayout {

    /** Every byte, as far as whole blocks go where the mode needs them: sound and text. */
    SampleLayout WHOLE = clear -> List.of();

    /** Ranges that add up to the sample, or none where it is protected as a whole. */
    List<Range> ranges(ByteBuffer clear);

    static SampleLayout of(Track track, ProtectionScheme scheme) {
        CodecConfig config = track.format().codec();
        return switch (config.codec()) {
            case AVC -> {
                AvcDecoderConfigurationRecord record = AvcDecoderConfigurationRecord.parse(config.record());
                yield new NalLayout(SliceHeaderParser.of(record), record.lengthSize(), scheme);
            }
            case HEVC -> {
                HevcDecoderConfigurationRecord record = HevcDecoderConfigurationRecord.parse(config.record());
                yield new NalLayout(SliceHeaderParser.of(record), record.lengthSize(), scheme);
            }
            case AV1 -> new TileLayout(Av1Tiles.of(Av1ConfigurationRecord.of(config.record())), scheme);
            case VP9 -> new FrameLayout(scheme);
            case AAC, AC3, EAC3, OPUS, FLAC -> WHOLE;
            default ->
                throw MediaException.unsupported(
                        "Track '" + track.name() + "' is coded as " + config.name()
                                + ", which cannot be encrypted; encode AVC, HEVC, AV1, VP9 or AAC, or package it in the clear.");
        };
    }
}
