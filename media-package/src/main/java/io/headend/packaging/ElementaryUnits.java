package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.formats.aac.AdtsHeader;
import io.headend.formats.aac.AudioSpecificConfig;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.formats.h26x.NalUnits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns samples into access units as a transport stream carries them: byte streams with delimiter and, where decoding can start,
 * parameter sets; ADTS; anything else as it is.
 */
final class ElementaryUnits {

    private static final byte[] AVC_DELIMITER = {0, 0, 0, 1, 9, (byte) 0xF0};
    private static final byte[] HEVC_DELIMITER = {0, 0, 0, 1, 0x46, 1, 0x50};
    private static final int AVC_DELIMITER_TYPE = 9;
    private static final int AVC_SPS = 7;
    private static final int HEVC_DELIMITER_TYPE = 35;
    private static final int HEVC_SPS = 33;

    private final Codec codec;
    private final int lengthSize;
    private final List<ByteBuffer> parameterSets;
    private final @Nullable AdtsHeader adts;

    private ElementaryUnits(Codec codec, int lengthSize, List<ByteBuffer> parameterSets, @Nullable AdtsHeader adts) {
        this.codec = codec;
        this.lengthSize = lengthSize;
        this.parameterSets = parameterSets;
        this.adts = adts;
    }

    /** @throws MediaException if the track's configuration cannot be read, or ADTS cannot say it */
    static ElementaryUnits of(Track track) {
        Codec codec = track.format().codec().codec();
        ByteBuffer record = track.format().codec().record();
        switch (codec) {
            case AVC -> {
                AvcDecoderConfigurationRecord config = AvcDecoderConfigurationRecord.parse(record);
                List<ByteBuffer> sets = new ArrayList<>(config.sequenceParameterSets());
                sets.addAll(config.pictureParameterSets());
                return new ElementaryUnits(codec, config.lengthSize(), sets, null);
            }
            case HEVC -> {
                HevcDecoderConfigurationRecord config = HevcDecoderConfigurationRecord.parse(record);
                List<ByteBuffer> sets = new ArrayList<>(config.videoParameterSets());
                sets.addAll(config.sequenceParameterSets());
                sets.addAll(config.pictureParameterSets());
                return new ElementaryUnits(codec, config.lengthSize(), sets, null);
            }
            case AAC -> {
                return new ElementaryUnits(codec, 0, List.of(), AdtsHeader.of(AudioSpecificConfig.parse(record)));
            }
            default -> {
                return new ElementaryUnits(codec, 0, List.of(), null);
            }
        }
    }

    /** Bytes that {@link #write} makes at most. */
    int bound(Sample sample) {
        int sets = 0;
        for (ByteBuffer set : parameterSets) {
            sets += 4 + set.remaining();
        }
        // a length of one byte becomes a start code of four, in front of at least one byte
        return sample.size() * (lengthSize == 1 || lengthSize == 2 ? 3 : 1)
                + sets
                + HEVC_DELIMITER.length
                + AdtsHeader.SIZE;
    }

    /** Writes one access unit behind the buffer's position. */
    void write(Sample sample, ByteBuffer out) {
        switch (codec) {
            case AVC, HEVC -> writeByteStream(sample, out);
            case AAC -> {
                if (adts != null) {
                    adts.write(sample.size(), out);
                }
                out.put(sample.data());
            }
            default -> out.put(sample.data());
        }
    }

    private void writeByteStream(Sample sample, ByteBuffer out) {
        boolean hevc = codec == Codec.HEVC;
        out.put(hevc ? HEVC_DELIMITER : AVC_DELIMITER);
        if (sample.sync() && !hasParameterSets(sample, hevc)) {
            parameterSets.forEach(set -> out.putInt(1).put(set.duplicate()));
        }
        NalUnits units = NalUnits.of(sample.data(), lengthSize);
        while (units.next()) {
            int type = type(units.header(), hevc);
            if (units.size() > 0 && type != (hevc ? HEVC_DELIMITER_TYPE : AVC_DELIMITER_TYPE)) {
                out.putInt(1).put(units.unit());
            }
        }
    }

    private boolean hasParameterSets(Sample sample, boolean hevc) {
        NalUnits units = NalUnits.of(sample.data(), lengthSize);
        while (units.next()) {
            if (type(units.header(), hevc) == (hevc ? HEVC_SPS : AVC_SPS)) {
                return true;
            }
        }
        return false;
    }

    private static int type(int header, boolean hevc) {
        return hevc ? header >> 1 & 63 : header & 31;
    }
}
