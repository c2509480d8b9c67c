package io.headend.formats.av1;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;

/** A sequence header (AV1 specification, 5.5): what frame headers depend on. */
final class SequenceParameters {

    static final int SELECT = 2;

    final boolean reduced;
    final boolean equalPictureInterval;
    final int removalTimeBits;
    final int presentationTimeBits;
    final int[] pointLayers;
    final boolean[] pointHasModel;
    final int widthBits;
    final int heightBits;
    final int maxWidth;
    final int maxHeight;
    final int frameIdBits;
    final int deltaFrameIdBits;
    final boolean superblocks128;
    final boolean warpedMotion;
    final boolean refFrameMvs;
    final int orderHintBits;
    final int screenContent;
    final int integerMv;
    final boolean superres;
    final boolean cdef;
    final boolean restoration;
    final boolean monochrome;
    final boolean subsampled;
    final boolean separateUvDeltaQ;
    final boolean filmGrain;

    /** @throws MediaException {@code MALFORMED} if it is cut short */
    SequenceParameters(BitReader in) {
        int profile = in.read(3);
        in.skip(1);
        this.reduced = in.readFlag();
        boolean equal = false;
        int delayBits = 0;
        int removal = 0;
        int presentation = 0;
        if (reduced) {
            this.pointLayers = new int[1];
            this.pointHasModel = new boolean[1];
            in.skip(5);
        } else {
            if (in.readFlag()) {
                in.skip(64);
                equal = in.readFlag();
                if (equal) {
                    skipUvlc(in);
                }
                if (in.readFlag()) {
                    delayBits = in.read(5) + 1;
                    in.skip(32);
                    removal = in.read(5) + 1;
                    presentation = in.read(5) + 1;
                }
            }
            boolean displayDelay = in.readFlag();
            int points = in.read(5) + 1;
            this.pointLayers = new int[points];
            this.pointHasModel = new boolean[points];
            for (int i = 0; i < points; i++) {
                pointLayers[i] = in.read(12);
                if (in.read(5) > 7) {
                    in.skip(1);
                }
                if (delayBits > 0) {
                    pointHasModel[i] = in.readFlag();
                    in.skip(pointHasModel[i] ? 2 * delayBits + 1 : 0);
                }
                if (displayDelay && in.readFlag()) {
                    in.skip(4);
                }
            }
        }
        this.equalPictureInterval = equal;
        this.removalTimeBits = removal;
        this.presentationTimeBits = presentation;
        this.widthBits = in.read(4) + 1;
        this.heightBits = in.read(4) + 1;
        this.maxWidth = in.read(widthBits) + 1;
        this.maxHeight = in.read(heightBits) + 1;
        if (!reduced && in.readFlag()) {
            this.deltaFrameIdBits = in.read(4) + 2;
            this.frameIdBits = deltaFrameIdBits + in.read(3) + 1;
        } else {
            this.deltaFrameIdBits = 0;
            this.frameIdBits = 0;
        }
        this.superblocks128 = in.readFlag();
        in.skip(2);
        boolean warped = false;
        boolean mvs = false;
        int hintBits = 0;
        int screen = SELECT;
        int integer = SELECT;
        if (!reduced) {
            in.skip(2);
            warped = in.readFlag();
            in.skip(1);
            boolean orderHint = in.readFlag();
            if (orderHint) {
                in.skip(1);
                mvs = in.readFlag();
            }
            screen = in.readFlag() ? SELECT : in.read(1);
            if (screen > 0) {
                integer = in.readFlag() ? SELECT : in.read(1);
            }
            hintBits = orderHint ? in.read(3) + 1 : 0;
        }
        this.warpedMotion = warped;
        this.refFrameMvs = mvs;
        this.orderHintBits = hintBits;
        this.screenContent = screen;
        this.integerMv = integer;
        this.superres = in.readFlag();
        this.cdef = in.readFlag();
        this.restoration = in.readFlag();
        boolean high = in.readFlag();
        boolean twelve = profile == 2 && high && in.readFlag();
        this.monochrome = profile != 1 && in.readFlag();
        boolean described = in.readFlag();
        boolean srgb = described && in.read(24) == 0x01_0D00;
        boolean x = true;
        boolean y = true;
        boolean separate = false;
        if (monochrome) {
            in.skip(1);
        } else {
            if (srgb) {
                x = false;
                y = false;
            } else {
                in.skip(1);
                if (profile == 2 && twelve) {
                    x = in.readFlag();
                    y = x && in.readFlag();
                } else {
                    x = profile != 1;
                    y = profile == 0;
                }
                in.skip(x && y ? 2 : 0);
            }
            separate = in.readFlag();
        }
        this.subsampled = x && y;
        this.separateUvDeltaQ = separate;
        this.filmGrain = in.readFlag();
    }

    private static void skipUvlc(BitReader in) {
        int zeros = 0;
        while (!in.readFlag()) {
            zeros++;
        }
        if (zeros < 32) {
            in.skip(zeros);
        }
    }

    int planes() {
        return monochrome ? 1 : 3;
    }

    boolean decoderModel() {
        return removalTimeBits > 0;
    }

    /** Distance of two order hints ({@code get_relative_dist}, 5.9.3). */
    int distance(int a, int b) {
        if (orderHintBits == 0) {
            return 0;
        }
        int sign = 1 << (orderHintBits - 1);
        int difference = a - b;
        return (difference & (sign - 1)) - (difference & sign);
    }
}
