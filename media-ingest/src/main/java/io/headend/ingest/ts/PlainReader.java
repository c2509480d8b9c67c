package io.headend.ingest.ts;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.DataFormat;
import io.headend.core.TextFormat;
import io.headend.formats.mpegts.PesHeader;
import java.nio.ByteBuffer;

/** A stream of which every PES packet is one sample: subtitles, timed ID3, private data. */
final class PlainReader extends EsReader {

    private final CodecConfig config;

    PlainReader(Target target, CodecConfig config) {
        super(target);
        this.config = config;
    }

    @Override
    void accept(PesHeader header, ByteBuffer payload, long arrivalNanos) {
        describe(config.codec().kind() == Codec.Kind.TEXT ? new TextFormat(config) : new DataFormat(config));
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        long pts = header.pts() == PesHeader.NO_TIME ? EsBuffer.NO_TIME : header.pts();
        long dts = header.dts() == PesHeader.NO_TIME ? EsBuffer.NO_TIME : header.dts();
        give(copy, pts, dts, 0, true, arrivalNanos);
    }
}
