package io.headend.formats.av1;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one {@code uncompressed_header} (AV1 specification, 5.9.2) to its exact end, and brings the reference slots up to date. One
 * use.
 */
final class FrameHeaderReader {

    private static final int KEY = 0;
    private static final int INTER = 1;
    private static final int INTRA_ONLY = 2;
    private static final int SWITCH = 3;
    private static final int NO_PRIMARY = 7;
    private static final int ALL_SLOTS = 255;
    private static final int SEGMENTS = 8;
    private static final int[] FEATURE_BITS = {9, 7, 7, 7, 7, 3, 0, 0};
    // a segment without an offset of its own; offsets have 9 bits
    private static final int NO_OFFSET = Integer.MIN_VALUE;

    private final BitReader in;
    private final SequenceParameters sequence;
    private final ReferenceSlot[] slots;
    private int type;
    private boolean intra;
    private boolean resilient;
    private boolean sizeOverride;
    private int width;
    private int upscaledWidth;
    private int height;
    private boolean intraBlockCopy;
    private boolean precise;
    private int baseQuantizer;
    private boolean quantizerDeltas;
    private final Integer[] offsets = new Integer[SEGMENTS];

    FrameHeaderReader(BitReader in, SequenceParameters sequence, ReferenceSlot[] slots) {
        this.in = in;
        this.sequence = sequence;
        this.slots = slots;
    }

    /**
     * @param layers of the unit, as in {@code operating_point_idc}
     * @return the tiles that follow, none where a frame is only shown
     */
    TileInfo read(int layers) {
        boolean shown = true;
        boolean showable = false;
        type = KEY;
        resilient = true;
        if (!sequence.reduced) {
            if (in.readFlag()) {
                return showExisting();
            }
            type = in.read(2);
            shown = in.readFlag();
            if (shown) {
                presentationTime();
                showable = type != KEY;
            } else {
                showable = in.readFlag();
            }
            resilient = type == SWITCH || (type == KEY && shown) || in.readFlag();
        }
        intra = type == KEY || type == INTRA_ONLY;
        if (type == KEY && shown) {
            Arrays.fill(slots, ReferenceSlot.NONE);
        }
        boolean fixedCdf = in.readFlag();
        boolean screen =
                sequence.screenContent == SequenceParameters.SELECT ? in.readFlag() : sequence.screenContent == 1;
        boolean integerMv =
                screen && (sequence.integerMv == SequenceParameters.SELECT ? in.readFlag() : sequence.integerMv == 1);
        in.skip(sequence.frameIdBits);
        sizeOverride = type == SWITCH || (!sequence.reduced && in.readFlag());
        int orderHint = in.read(sequence.orderHintBits);
        int primary = intra || resilient ? NO_PRIMARY : in.read(3);
        removalTimes(layers);
        int refresh = type == SWITCH || (type == KEY && shown) ? ALL_SLOTS : in.read(8);
        if ((!intra || refresh != ALL_SLOTS) && resilient && sequence.orderHintBits > 0) {
            for (int i = 0; i < slots.length; i++) {
                slots[i] = slots[i].withOrderHint(in.read(sequence.orderHintBits));
            }
        }
        int[] names = new int[0];
        if (intra) {
            frameSize();
            renderSize();
            intraBlockCopy = screen && upscaledWidth == width && in.readFlag();
        } else {
            names = references(orderHint);
            interSize(names);
            precise = !integerMv && in.readFlag();
            in.skip(in.readFlag() ? 0 : 2);
            in.skip(1);
            in.skip(resilient || !sequence.refFrameMvs ? 0 : 1);
        }
        in.skip(sequence.reduced || fixedCdf ? 0 : 1);
        TileInfo tiles = TileInfo.read(in, sequence, width, height);
        quantization();
        segmentation(primary, primary == NO_PRIMARY ? ReferenceSlot.NONE : slots[names[primary]]);
        filters();
        modes(orderHint, names);
        if (sequence.filmGrain && (shown || showable)) {
            FilmGrain.skip(in, sequence, type == INTER);
        }
        ReferenceSlot own = new ReferenceSlot(type, orderHint, upscaledWidth, height, List.of(offsets));
        for (int i = 0; i < slots.length; i++) {
            slots[i] = (refresh >> i & 1) != 0 ? own : slots[i];
        }
        return tiles;
    }

    private TileInfo showExisting() {
        int slot = in.read(3);
        presentationTime();
        in.skip(sequence.frameIdBits);
        if (slots[slot].type() == KEY) {
            Arrays.fill(slots, slots[slot]);
        }
        return new TileInfo(0, 0, 0);
    }

    private void presentationTime() {
        if (sequence.decoderModel() && !sequence.equalPictureInterval) {
            in.skip(sequence.presentationTimeBits);
        }
    }

    private void removalTimes(int layers) {
        if (!sequence.decoderModel() || !in.readFlag()) {
            return;
        }
        for (int i = 0; i < sequence.pointLayers.length; i++) {
            int point = sequence.pointLayers[i];
            // a unit without an extension is of layer 0 in both ways
            int own = layers == 0 ? 0x101 : layers;
            if (sequence.pointHasModel[i] && (point == 0 || (point & own) == own)) {
                in.skip(sequence.removalTimeBits);
            }
        }
    }

    private int[] references(int orderHint) {
        boolean derived = sequence.orderHintBits > 0 && in.readFlag();
        int[] names = new int[FrameReferences.COUNT];
        if (derived) {
            int last = in.read(3);
            names = FrameReferences.derive(sequence, slots, orderHint, last, in.read(3));
        }
        for (int i = 0; i < names.length; i++) {
            names[i] = derived ? names[i] : in.read(3);
            in.skip(sequence.deltaFrameIdBits);
        }
        return names;
    }

    private void frameSize() {
        upscaledWidth = sizeOverride ? in.read(sequence.widthBits) + 1 : sequence.maxWidth;
        height = sizeOverride ? in.read(sequence.heightBits) + 1 : sequence.maxHeight;
        superresolution();
    }

    private void superresolution() {
        int denominator = sequence.superres && in.readFlag() ? in.read(3) + 9 : 8;
        width = (upscaledWidth * 8 + denominator / 2) / denominator;
    }

    private void renderSize() {
        in.skip(in.readFlag() ? 32 : 0);
    }

    private void interSize(int[] names) {
        if (sizeOverride && !resilient) {
            for (int name : names) {
                if (in.readFlag()) {
                    upscaledWidth = slots[name].width();
                    height = slots[name].height();
                    if (upscaledWidth == 0) {
                        throw MediaException.malformed("an AV1 frame refers to one that was not there");
                    }
                    superresolution();
                    return;
                }
            }
        }
        frameSize();
        renderSize();
    }

    private void quantization() {
        baseQuantizer = in.read(8);
        quantizerDeltas = delta();
        if (!sequence.monochrome) {
            boolean both = sequence.separateUvDeltaQ && in.readFlag();
            for (int i = 0; i < (both ? 4 : 2); i++) {
                quantizerDeltas |= delta();
            }
        }
        if (in.readFlag()) {
            in.skip(sequence.separateUvDeltaQ ? 12 : 8);
        }
    }

    /** Whether it is another value than 0. */
    private boolean delta() {
        return in.readFlag() && in.read(7) != 0;
    }

    private void segmentation(int primary, ReferenceSlot previous) {
        Arrays.fill(offsets, NO_OFFSET);
        if (!in.readFlag()) {
            return;
        }
        boolean update = true;
        if (primary != NO_PRIMARY) {
            if (in.readFlag()) {
                in.skip(1);
            }
            update = in.readFlag();
        }
        if (!update) {
            previous.quantizerOffsets().toArray(offsets);
            return;
        }
        for (int segment = 0; segment < SEGMENTS; segment++) {
            for (int feature = 0; feature < FEATURE_BITS.length; feature++) {
                if (in.readFlag()) {
                    int value = in.read(FEATURE_BITS[feature]);
                    if (feature == 0) {
                        offsets[segment] = value << 23 >> 23;
                    }
                }
            }
        }
    }

    private boolean lossless() {
        if (quantizerDeltas) {
            return false;
        }
        for (int offset : offsets) {
            int index = offset == NO_OFFSET ? baseQuantizer : Math.max(0, baseQuantizer + offset);
            if (index > 0) {
                return false;
            }
        }
        return true;
    }

    private void filters() {
        if (baseQuantizer > 0 && in.readFlag()) {
            in.skip(2);
            if (!intraBlockCopy && in.readFlag()) {
                in.skip(3);
            }
        }
        boolean lossless = lossless();
        boolean colour = !sequence.monochrome;
        if (!lossless && !intraBlockCopy) {
            int levels = in.read(12);
            in.skip(colour && levels != 0 ? 12 : 0);
            in.skip(3);
            boolean adjusted = in.readFlag();
            if (adjusted && in.readFlag()) {
                for (int i = 0; i < 10; i++) {
                    in.skip(in.readFlag() ? 7 : 0);
                }
            }
            if (sequence.cdef) {
                in.skip(2);
                int strengths = 1 << in.read(2);
                in.skip(strengths * (colour ? 12 : 6));
            }
        }
        boolean all = lossless && width == upscaledWidth;
        if (!all && !intraBlockCopy && sequence.restoration) {
            restoration();
        }
        in.skip(lossless ? 0 : 1);
    }

    private void restoration() {
        boolean used = false;
        boolean chroma = false;
        for (int plane = 0; plane < sequence.planes(); plane++) {
            boolean restored = in.read(2) != 0;
            used |= restored;
            chroma |= restored && plane > 0;
        }
        if (used) {
            if (in.readFlag() && !sequence.superblocks128) {
                in.skip(1);
            }
            in.skip(sequence.subsampled && chroma ? 1 : 0);
        }
    }

    private void modes(int orderHint, int[] names) {
        boolean select = !intra && in.readFlag();
        if (select && sequence.orderHintBits > 0 && FrameReferences.allowSkipMode(sequence, slots, names, orderHint)) {
            in.skip(1);
        }
        in.skip(intra || resilient || !sequence.warpedMotion ? 0 : 1);
        in.skip(1);
        for (int i = 0; i < names.length; i++) {
            globalMotion();
        }
    }

    private void globalMotion() {
        if (!in.readFlag()) {
            return;
        }
        boolean zoom = in.readFlag();
        boolean translation = !zoom && in.readFlag();
        for (int i = 0; i < (translation ? 0 : zoom ? 2 : 4); i++) {
            subexponential((1 << 13) + 1);
        }
        int bits = translation ? (precise ? 9 : 8) : 12;
        subexponential((1 << (bits + 1)) + 1);
        subexponential((1 << (bits + 1)) + 1);
    }

    /** {@code decode_subexp} (5.9.28). */
    private void subexponential(int symbols) {
        int low = 0;
        for (int i = 0; ; i++) {
            int bits = i == 0 ? 3 : 3 + i - 1;
            int step = 1 << bits;
            if (symbols <= low + 3 * step) {
                TileInfo.nonSymmetric(in, symbols - low);
                return;
            }
            if (!in.readFlag()) {
                in.skip(bits);
                return;
            }
            low += step;
        }
    }
}
