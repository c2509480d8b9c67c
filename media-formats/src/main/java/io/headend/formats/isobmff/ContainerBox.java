package io.headend.formats.isobmff;

import java.nio.ByteBuffer;
import java.util.List;

/** A box that holds boxes and nothing else, such as {@code moov} or {@code traf}. */
public record ContainerBox(String type, List<Box> children) implements Box {

    public ContainerBox {
        FourCc.require(type);
        children = List.copyOf(children);
    }

    public static ContainerBox of(String type, Box... children) {
        return new ContainerBox(type, List.of(children));
    }

    @Override
    public int payloadSize() {
        return Box.sizeOf(children);
    }

    @Override
    public void writePayload(ByteBuffer out) {
        children.forEach(child -> child.writeTo(out));
    }
}
