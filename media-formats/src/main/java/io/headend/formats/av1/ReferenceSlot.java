package io.headend.formats.av1;

import java.util.List;

/**
 * What later frame headers need of a frame that was kept for reference.
 *
 * @param type {@code frame_type}
 * @param orderHint its order hint
 * @param width before superresolution scales it down
 * @param height of the frame
 * @param quantizerOffsets by segment, as {@code FrameHeaderReader} keeps them
 */
record ReferenceSlot(int type, int orderHint, int width, int height, List<Integer> quantizerOffsets) {

    static final ReferenceSlot NONE = new ReferenceSlot(0, 0, 0, 0, List.of());

    ReferenceSlot withOrderHint(int hint) {
        return new ReferenceSlot(type, hint, width, height, quantizerOffsets);
    }
}
