package io.headend.formats.scte35;

import io.headend.formats.scte35.SpliceCommand.BandwidthReservation;
import io.headend.formats.scte35.SpliceCommand.Encrypted;
import io.headend.formats.scte35.SpliceCommand.Opaque;
import io.headend.formats.scte35.SpliceCommand.PrivateCommand;
import io.headend.formats.scte35.SpliceCommand.SpliceNull;
import io.headend.formats.scte35.SpliceCommand.TimeSignal;
import java.nio.ByteBuffer;

/** Types and bytes of the commands. */
final class SpliceCommands {

    private static final int NULL = 0;
    private static final int INSERT = 5;
    private static final int TIME_SIGNAL = 6;
    private static final int BANDWIDTH_RESERVATION = 7;
    private static final int PRIVATE = 255;

    private SpliceCommands() {}

    static boolean isKnown(int type) {
        return type == NULL || type == PRIVATE || (type >= INSERT && type <= BANDWIDTH_RESERVATION);
    }

    /** Reads a command and moves behind it; an unknown one is all there is. */
    static SpliceCommand parse(int type, ByteBuffer in) {
        return switch (type) {
            case NULL -> new SpliceNull();
            case INSERT -> SpliceInsert.read(in);
            case TIME_SIGNAL -> new TimeSignal(SpliceTime.read(in));
            case BANDWIDTH_RESERVATION -> new BandwidthReservation();
            case PRIVATE -> new PrivateCommand(Bytes.u32(in), Bytes.part(in, in.remaining()));
            default -> new Opaque(type, Bytes.part(in, in.remaining()));
        };
    }

    static int type(SpliceCommand command) {
        if (command instanceof SpliceInsert) {
            return INSERT;
        } else if (command instanceof TimeSignal) {
            return TIME_SIGNAL;
        } else if (command instanceof BandwidthReservation) {
            return BANDWIDTH_RESERVATION;
        } else if (command instanceof PrivateCommand) {
            return PRIVATE;
        }
        return command instanceof Opaque opaque ? opaque.type() : NULL;
    }

    static void write(SpliceCommand command, ByteBuffer out) {
        if (command instanceof SpliceInsert insert) {
            insert.write(out);
        } else if (command instanceof TimeSignal signal) {
            SpliceTime.write(out, signal.time());
        } else if (command instanceof PrivateCommand other) {
            out.putInt((int) other.identifier()).put(other.bytes());
        } else if (command instanceof Opaque opaque) {
            out.put(opaque.bytes());
        } else if (command instanceof Encrypted encrypted) {
            out.put(encrypted.bytes());
        }
    }

    static long time(SpliceCommand command) {
        if (command instanceof TimeSignal signal) {
            return signal.time();
        }
        return command instanceof SpliceInsert insert && insert.splice() != null
                ? insert.splice().time()
                : SpliceTime.NONE;
    }
}
