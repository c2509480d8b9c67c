package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether AAC of a low rate has spectral band replication (ISO/IEC 14496-3, 1.6.5.3), where nothing says so but the frames themselves: the
 * extension stands behind all coefficients, so that a decoder is asked about one frame of each configuration.
 */
final class BandReplication {

    private static final Logger log = LoggerFactory.getLogger(BandReplication.class);
    private static final int LOW_COMPLEXITY = 2;
    private static final int MOST_CORE_RATE = 24_000;
    // Frames that cannot be decoded, over the whole stream, before no more are tried.
    private static final int MOST_FAILURES = 32;

    private @Nullable AudioSpecificConfig answered;
    private boolean replicates;
    private int failures;

    /** The configuration with the rate that a decoder gives. Until a frame can be decoded, low rates are taken for HE-AAC. */
    AudioSpecificConfig signalled(AudioSpecificConfig core, ByteBuffer frame) {
        if (core.objectType() != LOW_COMPLEXITY || core.sampleRate() > MOST_CORE_RATE) {
            return core;
        }
        if (!core.equals(answered)) {
            int rate = failures < MOST_FAILURES ? decodedRate(core, frame) : 0;
            if (rate == 0) {
                failures++;
            } else {
                answered = core;
            }
            replicates = rate != core.sampleRate();
        }
        return replicates ? core.withReplication() : core;
    }

    /** Samples per second of what a decoder makes of one frame; 0 if it makes nothing of it. */
    private static int decodedRate(AudioSpecificConfig core, ByteBuffer frame) {
        CodecConfig codec = new CodecConfig(Codec.AAC, "aac", core.toBytes());
        AudioFormat format = AudioFormat.of(codec, core.sampleRate(), AdtsFraming.channels(core));
        Track track = new Track(0, "audio", format, Timebase.hz(core.sampleRate()), null);
        SampleInfo info = new SampleInfo(0, 0, 0, core.frameSize(), true, SampleInfo.NO_ARRIVAL);
        try (Decoder decoder = Decoder.builder(track).open();
                HeapSample sample = HeapSample.of(info, frame.duplicate())) {
            decoder.send(sample);
            try (AvFrame sound = decoder.receive()) {
                return sound == null ? 0 : sound.sampleRate();
            }
        } catch (MediaException e) {
            log.debug("whether AAC has band replication cannot be told: {}", e.getMessage());
            return 0;
        }
    }
}
