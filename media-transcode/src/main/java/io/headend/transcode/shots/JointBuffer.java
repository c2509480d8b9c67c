package io.headend.transcode.shots;

import io.headend.core.SampleInfo;
import io.headend.transcode.RateControl;
import io.headend.transcode.quality.DecoderBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoder's buffer from part to part. */
final class JointBuffer {

    private final RateControl control;
    private double fullness = DecoderBuffer.INITIAL;
    private @Nullable SampleInfo last;

    JointBuffer(RateControl control) {
        this.control = control;
    }

    /** Whether a part can follow without a picture being late. */
    boolean takes(CodedPiece part) {
        return run(part).conforms();
    }

    /** Share of the buffer that has arrived when the first picture of a part leaves. */
    double fullnessBefore(CodedPiece part) {
        SampleInfo before = last;
        if (before == null) {
            return DecoderBuffer.INITIAL;
        }
        DecoderBuffer buffer = new DecoderBuffer(
                control.maxrate(), control.bufferBits(), fullness, part.track().timebase());
        buffer.add(before.dts(), 0);
        buffer.add(part.samples().get(0).dts(), 0);
        return buffer.fullness();
    }

    /** Goes on behind a part; returns the pictures of it that are late. */
    long add(CodedPiece part) {
        DecoderBuffer buffer = run(part);
        fullness = buffer.fullness();
        last = part.samples().get(part.samples().size() - 1);
        return buffer.underflows();
    }

    private DecoderBuffer run(CodedPiece part) {
        DecoderBuffer buffer = new DecoderBuffer(
                control.maxrate(),
                control.bufferBits(),
                fullnessBefore(part),
                part.track().timebase());
        List<SampleInfo> samples = new ArrayList<>(part.samples());
        for (int i = 0; i < samples.size(); i++) {
            buffer.add(samples.get(i).dts(), 8L * part.sizes().get(i));
        }
        return buffer;
    }
}
