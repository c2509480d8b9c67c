package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A box found by {@link BoxReader}.
 *
 * @param type four characters
 * @param offset of its first byte from the beginning of what was read
 * @param headerSize 8 or 16, 24 or 32 with an extended type
 * @param payload all bytes behind the header, with version and flags where it has them; a read-only view, not a copy
 * @param children boxes inside, empty for a box that holds none or is not known to
 */
public record ParsedBox(String type, long offset, int headerSize, ByteBuffer payload, List<ParsedBox> children) {

    public ParsedBox {
        children = List.copyOf(children);
    }

    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    /** Bytes of the whole box. */
    public long size() {
        return (long) headerSize + payload.remaining();
    }

    /** The first box at a path of types below this one, such as {@code "mdia/minf/stbl"}. */
    public Optional<ParsedBox> find(String path) {
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        for (ParsedBox child : children) {
            if (child.type.equals(first)) {
                Optional<ParsedBox> found = slash < 0 ? Optional.of(child) : child.find(path.substring(slash + 1));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Every child of a type. */
    public List<ParsedBox> all(String childType) {
        return children.stream().filter(c -> c.type.equals(childType)).toList();
    }

    /** The version of a full box. */
    public int version() {
        require(payload.remaining() >= 4);
        return payload.get(payload.position()) & 0xFF;
    }

    /** The flags of a full box. */
    public int flags() {
        require(payload.remaining() >= 4);
        return payload.getInt(payload.position()) & 0xFFFFFF;
    }

    /** The bytes behind version and flags, of which there must be at least {@code atLeast}. */
    ByteBuffer body(int atLeast) {
        require(payload.remaining() >= 4L + atLeast);
        return payload.slice(payload.position() + 4, payload.remaining() - 4);
    }

    void require(boolean condition) {
        if (!condition) {
            throw MediaException.malformed(
                    "box " + type + " at byte " + offset + " is cut short or contradicts itself");
        }
    }

    @Override
    public String toString() {
        return type + "@" + offset + "+" + size();
    }
}
