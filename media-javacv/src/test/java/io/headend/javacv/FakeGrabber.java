package io.headend.javacv;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/** Pictures and sound in turn, into the same buffers again and again, as grabbers do. */
final class FakeGrabber extends FrameGrabber {

    static final int WIDTH = 34;
    static final int HEIGHT = 18;
    static final int STRIDE = 112;

    private final int pictures;
    private final Frame picture = new Frame();
    private final Frame sound = new Frame();
    private int grabbed;
    boolean started;
    boolean released;

    FakeGrabber(int pictures) {
        this.pictures = pictures;
        frameRate = 25;
        picture.imageWidth = WIDTH;
        picture.imageHeight = HEIGHT;
        picture.imageDepth = Frame.DEPTH_UBYTE;
        picture.imageChannels = 3;
        picture.imageStride = STRIDE;
        picture.image = new Buffer[] {ByteBuffer.allocateDirect(STRIDE * HEIGHT)};
        sound.sampleRate = 48_000;
        sound.audioChannels = 2;
        sound.samples = new Buffer[] {
            ByteBuffer.allocateDirect(1_920 * 4).order(ByteOrder.nativeOrder()).asShortBuffer()
        };
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public Frame grab() {
        int n = grabbed / 2;
        if (n >= pictures) {
            return null;
        }
        boolean isPicture = grabbed++ % 2 == 0;
        if (isPicture) {
            ByteBuffer bytes = (ByteBuffer) picture.image[0];
            for (int i = 0; i < bytes.capacity(); i++) {
                bytes.put(i, (byte) (i + 3 * n));
            }
            picture.timestamp = n * 40_000L;
            return picture;
        }
        ShortBuffer shorts = (ShortBuffer) sound.samples[0];
        for (int i = 0; i < shorts.capacity(); i++) {
            shorts.put(i, (short) (n * 100 + i % 50));
        }
        // one microsecond off, as rounding makes it
        sound.timestamp = n * 40_000L + n % 2;
        return sound;
    }

    @Override
    public void stop() {}

    @Override
    public void trigger() {}

    @Override
    public void release() {
        released = true;
    }
}
