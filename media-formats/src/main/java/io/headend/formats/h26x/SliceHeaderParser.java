package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads slice headers exactly, bit by bit, because decryptors in players derive from their length where protected bytes
 * begin ({@code cbcs}, ISO/IEC 23001-7, 10.4.2). Knows the parameter sets of the configuration record and learns those that
 * pass by in samples.
 *
 * <p><b>Threading:</b> one thread at a time; samples in decoding order.
 */
public sealed interface SliceHeaderParser permits AvcSliceHeaderParser, HevcSliceHeaderParser {

    /** A parser for AVC samples that belong to the record. */
    static SliceHeaderParser of(AvcDecoderConfigurationRecord record) {
        AvcSliceHeaderParser parser = new AvcSliceHeaderParser();
        record.sequenceParameterSets().forEach(parser::parse);
        record.pictureParameterSets().forEach(parser::parse);
        return parser;
    }

    /** A parser for HEVC samples that belong to the record. */
    static SliceHeaderParser of(HevcDecoderConfigurationRecord record) {
        HevcSliceHeaderParser parser = new HevcSliceHeaderParser();
        record.sequenceParameterSets().forEach(parser::parse);
        record.pictureParameterSets().forEach(parser::parse);
        return parser;
    }

    /**
     * Reads one NAL unit.
     *
     * @param nal the whole unit, header included, from position to limit; not moved
     * @return its slice header, or {@code null} if it is no slice of the base layer or view: parameter sets (which are
     *     remembered), SEI, delimiters, enhancement layers
     * @throws MediaException MALFORMED if the unit breaks the syntax or refers to a parameter set that has not been sent;
     *     UNSUPPORTED for AVC data partitioning and some HEVC extensions
     */
    @Nullable
    SliceHeader parse(ByteBuffer nal);
}
