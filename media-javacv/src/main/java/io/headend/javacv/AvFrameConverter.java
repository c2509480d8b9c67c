package io.headend.javacv;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.FilterGraph;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameConverter;
import org.jspecify.annotations.Nullable;

/**
 * Between JavaCV's {@code Frame} and the house's {@code AvFrame}.
 *
 * <p>Without a copy: pictures in {@code gray}, {@code bgr24}, {@code rgba} and 16-bit grey, and all sound, towards JavaCV;
 * 8-bit pictures in direct buffers, and frames that came from here, towards the house. Other pictures are converted to
 * {@code bgr24} once; other buffers are copied once.
 *
 * <p><b>Ownership:</b> a {@code Frame} given out holds a handle of its own and is to be closed; its buffers are read-only.
 * An {@code AvFrame} given out on a direct buffer shows that buffer, so a grabber that fills it again must wait until
 * the handle is closed, or the frame be cloned before.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class AvFrameConverter extends FrameConverter<AvFrame> {

    private @Nullable FilterGraph toBgr;

    private AvFrameConverter() {}

    public static AvFrameConverter create() {
        return new AvFrameConverter();
    }

    /** A JavaCV frame of the same samples; {@code source} stays the caller's. */
    @Override
    public Frame convert(AvFrame source) {
        AvFrame shown = source.kind() == Codec.Kind.AUDIO || FrameLayouts.isShared(source.pixelFormat())
                ? source.retain()
                : toBgr(source);
        try {
            return FrameLayouts.show(shown);
        } catch (RuntimeException e) {
            shown.close();
            throw e;
        }
    }

    private AvFrame toBgr(AvFrame source) {
        if (toBgr == null) {
            toBgr = FilterGraph.video("format=bgr24", 1);
        }
        toBgr.send(source.retain());
        AvFrame converted = toBgr.receive(0);
        if (converted == null) {
            throw MediaException.unsupported("a picture in " + source.pixelFormat() + " cannot be shown as bgr24");
        }
        return converted;
    }

    /**
     * The picture of a JavaCV frame, or its sound if it has no picture, with its timestamp in microseconds; the caller's
     * to close.
     */
    @Override
    public AvFrame convert(Frame source) {
        if (source instanceof HeldFrame own) {
            return own.held().retain();
        }
        AvFrame plain = FrameLayouts.picture(source);
        if (plain == null) {
            plain = FrameLayouts.sound(source);
        }
        if (plain == null) {
            throw MediaException.invalidArgument("the frame has neither picture nor sound");
        }
        try (AvFrame untimed = plain) {
            return untimed.withPts(source.timestamp, Timebase.MICROS);
        }
    }

    @Override
    public void close() {
        if (toBgr != null) {
            toBgr.close();
            toBgr = null;
        }
        super.close();
    }
}
