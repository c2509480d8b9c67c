package io.headend.formats.scte35;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A break begins or ends (SCTE 35, 9.7.3).
 *
 * @param eventId 32 bits
 * @param splice what happens, or {@code null} where the event is cancelled
 */
public record SpliceInsert(long eventId, @Nullable Splice splice) implements SpliceCommand {

    public SpliceInsert {
        if (eventId >>> 32 != 0) {
            throw new IllegalArgumentException("an event id has 32 bits; " + eventId + " has not");
        }
    }

    /**
     * What happens.
     *
     * @param outOfNetwork whether a break begins; it ends otherwise
     * @param time of the whole program, 33 bits of 90 kHz, or {@link SpliceTime#NONE} for at once
     * @param breakDuration how long, or {@code null} where it is not said
     * @param components where the components splice at times of their own; empty where the program splices as one
     * @param avail which break of which program
     */
    public record Splice(
            boolean outOfNetwork,
            long time,
            @Nullable BreakDuration breakDuration,
            List<Component> components,
            Avail avail) {
        public Splice {
            SpliceTime.require(time);
            components = List.copyOf(components);
            if (components.size() > 255 || (!components.isEmpty() && time != SpliceTime.NONE)) {
                throw new IllegalArgumentException("a splice has one time, or up to 255 components with their own");
            }
        }
    }

    /**
     * Length of a break (9.8.2).
     *
     * @param autoReturn whether the break ends by itself
     * @param duration 33 bits of 90 kHz
     */
    public record BreakDuration(boolean autoReturn, long duration) {
        public BreakDuration {
            if (duration >>> 33 != 0) {
                throw new IllegalArgumentException("a duration has 33 bits; " + duration + " has not");
            }
        }
    }

    /** One component: its tag and its time, {@link SpliceTime#NONE} for at once. */
    public record Component(int tag, long time) {
        public Component {
            SpliceTime.require(time);
        }
    }

    /** Program and break numbers; zeros where they are not used. */
    public record Avail(int uniqueProgramId, int number, int expected) {
        public static final Avail NONE = new Avail(0, 0, 0);

        public Avail {
            if (uniqueProgramId >>> 16 != 0 || number >>> 8 != 0 || expected >>> 8 != 0) {
                throw new IllegalArgumentException(
                        "not an avail: program " + uniqueProgramId + ", " + number + " of " + expected);
            }
        }
    }

    /** A break of the whole program. */
    public static SpliceInsert out(long eventId, long time, @Nullable BreakDuration duration) {
        return new SpliceInsert(eventId, new Splice(true, time, duration, List.of(), Avail.NONE));
    }

    /** The return from a break. */
    public static SpliceInsert in(long eventId, long time) {
        return new SpliceInsert(eventId, new Splice(false, time, null, List.of(), Avail.NONE));
    }

    static SpliceInsert read(ByteBuffer in) {
        long eventId = Bytes.u32(in);
        if ((Bytes.u8(in) & 0x80) != 0) {
            return new SpliceInsert(eventId, null);
        }
        int flags = Bytes.u8(in);
        boolean whole = (flags & 0x40) != 0;
        boolean immediate = (flags & 0x10) != 0;
        long time = whole && !immediate ? SpliceTime.read(in) : SpliceTime.NONE;
        List<Component> components = new ArrayList<>();
        if (!whole) {
            for (int left = Bytes.u8(in); left > 0; left--) {
                components.add(new Component(Bytes.u8(in), immediate ? SpliceTime.NONE : SpliceTime.read(in)));
            }
        }
        BreakDuration duration = null;
        if ((flags & 0x20) != 0) {
            long bits = Bytes.u40(in);
            duration = new BreakDuration(bits >>> 39 == 1, bits & (1L << 33) - 1);
        }
        Avail avail = new Avail(Bytes.u16(in), Bytes.u8(in), Bytes.u8(in));
        return new SpliceInsert(eventId, new Splice((flags & 0x80) != 0, time, duration, components, avail));
    }

    void write(ByteBuffer out) {
        out.putInt((int) eventId);
        if (splice == null) {
            out.put((byte) 0xFF);
            return;
        }
        List<Component> components = splice.components;
        boolean whole = components.isEmpty();
        boolean immediate =
                whole ? splice.time == SpliceTime.NONE : components.stream().allMatch(c -> c.time == SpliceTime.NONE);
        BreakDuration duration = splice.breakDuration;
        out.put((byte) 0x7F);
        out.put((byte) ((splice.outOfNetwork ? 0x80 : 0)
                | (whole ? 0x40 : 0)
                | (duration != null ? 0x20 : 0)
                | (immediate ? 0x10 : 0)
                | 0x0F));
        if (whole && !immediate) {
            SpliceTime.write(out, splice.time);
        }
        if (!whole) {
            out.put((byte) components.size());
            for (Component component : components) {
                out.put((byte) component.tag);
                if (!immediate) {
                    SpliceTime.write(out, component.time);
                }
            }
        }
        if (duration != null) {
            Bytes.u40(out, (duration.autoReturn ? 0xFEL : 0x7EL) << 32 | duration.duration);
        }
        out.putShort((short) splice.avail.uniqueProgramId);
        out.put((byte) splice.avail.number).put((byte) splice.avail.expected);
    }
}
