package io.headend.formats.vp9;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the frames of VP9 samples and the ends of their uncompressed headers (VP9 specification, 6.2 and Annex B). Headers depend on the sizes
 * of frames before, so samples come in decoding order; a key frame begins anew.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class Vp9Headers {

    private static final int SYNC_CODE = 0x49_8342;
    private static final int SEGMENT_PROBABILITIES = 7;
    private static final int SEGMENTS = 8;
    private static final int[] FEATURE_BITS = {9, 7, 2, 0};

    private final int[] widths = new int[8];

    private Vp9Headers() {}

    public static Vp9Headers create() {
        return new Vp9Headers();
    }

    /**
     * The frames of the next sample, in order; bytes behind the last are the superframe index.
     *
     * @param sample from position to limit, which is not moved
     * @throws MediaException {@code MALFORMED} if its headers cannot be read; the next key frame can be
     */
    public List<Frame> next(ByteBuffer sample) {
        ByteBuffer in = sample.slice();
        List<Frame> frames = new ArrayList<>(2);
        int at = 0;
        for (int size : sizes(in)) {
            if (size > in.limit() - at) {
                throw MediaException.malformed("the frames of a VP9 superframe are longer than the sample");
            }
            if (size > 0) {
                frames.add(new Frame(at, size, header(new BitReader(in.slice(at, size)))));
            }
            at += size;
        }
        return frames;
    }

    /** Annex B: the index, if there is one, begins and ends with the same byte. */
    private static int[] sizes(ByteBuffer in) {
        int length = in.limit();
        int marker = length == 0 ? 0 : in.get(length - 1) & 0xFF;
        int count = (marker & 7) + 1;
        int bytes = (marker >> 3 & 3) + 1;
        int index = 2 + bytes * count;
        if ((marker & 0xE0) != 0xC0 || index > length || (in.get(length - index) & 0xFF) != marker) {
            return new int[] {length};
        }
        int[] sizes = new int[count];
        int at = length - index + 1;
        for (int i = 0; i < count; i++) {
            long size = 0;
            for (int b = 0; b < bytes; b++) {
                size |= (in.get(at++) & 0xFFL) << (8 * b);
            }
            if (size > length - index) {
                throw MediaException.malformed("a frame of a VP9 superframe is longer than the sample");
            }
            sizes[i] = (int) size;
        }
        return sizes;
    }

    /** Reads {@code uncompressed_header}; returns its bytes. */
    private int header(BitReader in) {
        long before = in.remaining();
        if (in.read(2) != 2) {
            throw MediaException.malformed("a VP9 frame begins without its marker");
        }
        int profile = in.read(1) | in.read(1) << 1;
        in.skip(profile == 3 ? 1 : 0);
        if (in.readFlag()) {
            in.skip(3);
            return bytes(before, in);
        }
        boolean key = !in.readFlag();
        boolean shown = in.readFlag();
        boolean resilient = in.readFlag();
        int refresh = 0xFF;
        int width;
        if (key) {
            syncCode(in);
            color(in, profile);
            width = frameSize(in);
            renderSize(in);
        } else {
            boolean intra = !shown && in.readFlag();
            in.skip(resilient ? 0 : 2);
            if (intra) {
                syncCode(in);
                if (profile > 0) {
                    color(in, profile);
                }
                refresh = in.read(8);
                width = frameSize(in);
                renderSize(in);
            } else {
                refresh = in.read(8);
                width = interSize(in);
                in.skip(1);
                in.skip(in.readFlag() ? 0 : 2);
            }
        }
        in.skip(resilient ? 0 : 2);
        in.skip(2);
        loopFilter(in);
        quantization(in);
        segmentation(in);
        tiles(in, width);
        if (in.read(16) == 0) {
            throw MediaException.malformed("a VP9 frame has no compressed header");
        }
        for (int i = 0; i < widths.length; i++) {
            widths[i] = (refresh >> i & 1) != 0 ? width : widths[i];
        }
        return bytes(before, in);
    }

    private static int bytes(long before, BitReader in) {
        return (int) (before - in.remaining() + 7) / 8;
    }

    private static void syncCode(BitReader in) {
        if (in.read(24) != SYNC_CODE) {
            throw MediaException.malformed("a VP9 frame has no sync code");
        }
    }

    private static void color(BitReader in, int profile) {
        in.skip(profile >= 2 ? 1 : 0);
        boolean srgb = in.read(3) == 7;
        in.skip(srgb ? 0 : 1);
        if (profile == 1 || profile == 3) {
            in.skip(srgb ? 1 : 3);
        }
    }

    private static int frameSize(BitReader in) {
        int width = in.read(16) + 1;
        in.skip(16);
        return width;
    }

    private static void renderSize(BitReader in) {
        in.skip(in.readFlag() ? 32 : 0);
    }

    private int interSize(BitReader in) {
        int[] names = new int[3];
        for (int i = 0; i < names.length; i++) {
            names[i] = in.read(3);
            in.skip(1);
        }
        int width = 0;
        for (int i = 0; i < names.length && width == 0; i++) {
            if (in.readFlag()) {
                width = widths[names[i]];
                if (width == 0) {
                    throw MediaException.malformed("a VP9 frame refers to one that was not there");
                }
            }
        }
        if (width == 0) {
            width = frameSize(in);
        }
        renderSize(in);
        return width;
    }

    private static void loopFilter(BitReader in) {
        in.skip(9);
        boolean adjusted = in.readFlag();
        if (adjusted && in.readFlag()) {
            for (int i = 0; i < 6; i++) {
                in.skip(in.readFlag() ? 7 : 0);
            }
        }
    }

    private static void quantization(BitReader in) {
        in.skip(8);
        for (int i = 0; i < 3; i++) {
            in.skip(in.readFlag() ? 5 : 0);
        }
    }

    private static void segmentation(BitReader in) {
        if (!in.readFlag()) {
            return;
        }
        if (in.readFlag()) {
            probabilities(in, SEGMENT_PROBABILITIES);
            if (in.readFlag()) {
                probabilities(in, 3);
            }
        }
        if (in.readFlag()) {
            in.skip(1);
            for (int i = 0; i < SEGMENTS; i++) {
                for (int bits : FEATURE_BITS) {
                    in.skip(in.readFlag() ? bits : 0);
                }
            }
        }
    }

    private static void probabilities(BitReader in, int count) {
        for (int i = 0; i < count; i++) {
            in.skip(in.readFlag() ? 8 : 0);
        }
    }

    private static void tiles(BitReader in, int width) {
        int superblocks = (width + 63) >> 6;
        int least = 0;
        while (64 << least < superblocks) {
            least++;
        }
        int most = 1;
        while (superblocks >> most >= 4) {
            most++;
        }
        for (int log = least; log < most - 1; log++) {
            if (!in.readFlag()) {
                break;
            }
        }
        in.skip(in.readFlag() ? 1 : 0);
    }

    /**
     * A frame, shown or hidden.
     *
     * @param offset from the first byte of the sample
     * @param size bytes
     * @param header bytes of its uncompressed header
     */
    public record Frame(int offset, int size, int header) {}
}
