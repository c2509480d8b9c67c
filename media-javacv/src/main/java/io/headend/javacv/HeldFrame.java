package io.headend.javacv;

import io.headend.ffmpeg.AvFrame;
import org.bytedeco.javacv.Frame;

/** A JavaCV frame whose buffers are those of a handle that it owns. */
final class HeldFrame extends Frame {

    private final AvFrame held;

    HeldFrame(AvFrame held) {
        this.held = held;
    }

    AvFrame held() {
        return held;
    }

    @Override
    public void close() {
        image = null;
        samples = null;
        held.close();
    }
}
