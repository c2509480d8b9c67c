package io.headend.formats.mpegts;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Puts the sections of one PID together from packet payloads (ISO/IEC 13818-1, 2.4.4). Holds at most one section of 4,096
 * bytes. Not safe for use by several threads.
 */
public final class SectionAssembler {

    private final Consumer<ByteBuffer> sections;
    private final byte[] section = new byte[PsiSection.MAX_SIZE];
    private int filled;
    private boolean open;

    private SectionAssembler(Consumer<ByteBuffer> sections) {
        this.sections = sections;
    }

    /**
     * @param sections takes each whole section, in long or short form, checksum not verified; the bytes are lent until it returns
     */
    public static SectionAssembler of(Consumer<ByteBuffer> sections) {
        return new SectionAssembler(sections);
    }

    /** Forgets a section that has begun, after a loss. */
    public void reset() {
        open = false;
        filled = 0;
    }

    /**
     * Takes the payload of the next packet.
     *
     * @param payload from position to limit; not moved
     * @param unitStart whether a section begins in it
     */
    public void accept(ByteBuffer payload, boolean unitStart) {
        ByteBuffer in = payload.slice();
        if (!in.hasRemaining()) {
            return;
        }
        if (unitStart) {
            int pointer = in.get() & 0xFF;
            if (pointer > in.remaining()) {
                reset();
                return;
            }
            int start = in.position() + pointer;
            if (open) {
                take(in.slice(in.position(), pointer));
            }
            reset();
            in.position(start);
            open = true;
        }
        if (open) {
            take(in);
        }
    }

    private void take(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (filled == 0 && (in.get(in.position()) & 0xFF) == 0xFF) {
                open = false;
                return;
            }
            copy(in, 3 - filled);
            if (filled < 3) {
                return;
            }
            int length = PsiSection.length(ByteBuffer.wrap(section));
            if (length > PsiSection.MAX_SIZE) {
                reset();
                return;
            }
            copy(in, length - filled);
            if (filled < length) {
                return;
            }
            filled = 0;
            sections.accept(ByteBuffer.wrap(section, 0, length).slice().asReadOnlyBuffer());
        }
    }

    private void copy(ByteBuffer in, int wanted) {
        int size = Math.min(wanted, in.remaining());
        if (size > 0) {
            in.get(section, filled, size);
            filled += size;
        }
    }
}
