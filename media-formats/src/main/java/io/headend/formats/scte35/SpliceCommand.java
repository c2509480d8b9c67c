package io.headend.formats.scte35;

import java.nio.ByteBuffer;

/** What a splice message asks for (SCTE 35, 9.7). */
public sealed interface SpliceCommand
        permits SpliceCommand.SpliceNull,
                SpliceInsert,
                SpliceCommand.TimeSignal,
                SpliceCommand.BandwidthReservation,
                SpliceCommand.PrivateCommand,
                SpliceCommand.Opaque,
                SpliceCommand.Encrypted {

    /** A heartbeat, or a carrier of descriptors. */
    record SpliceNull() implements SpliceCommand {}

    /**
     * A time to which the descriptors refer.
     *
     * @param time 33 bits of 90 kHz, or {@link SpliceTime#NONE} for now
     */
    record TimeSignal(long time) implements SpliceCommand {
        public TimeSignal {
            SpliceTime.require(time);
        }
    }

    /** Keeps bandwidth in a multiplex. */
    record BandwidthReservation() implements SpliceCommand {}

    /**
     * A command of somebody else.
     *
     * @param identifier who, 32 bits
     * @param bytes what; read-only, each call gives a view of its own
     */
    record PrivateCommand(long identifier, ByteBuffer bytes) implements SpliceCommand {
        public PrivateCommand {
            bytes = Bytes.copyOf(bytes);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }

    /**
     * A command that is kept as it is: splice_schedule or one of the future.
     *
     * @param type splice_command_type
     * @param bytes of the command; read-only, each call gives a view of its own
     */
    record Opaque(int type, ByteBuffer bytes) implements SpliceCommand {
        public Opaque {
            if (type >>> 8 != 0 || SpliceCommands.isKnown(type)) {
                throw new IllegalArgumentException("command type " + type + " has a class of its own");
            }
            bytes = Bytes.copyOf(bytes);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }

    /**
     * A message that only the holder of the key can read; it is carried on unchanged.
     *
     * @param algorithm encryption_algorithm, 0 to 63
     * @param controlWordIndex cw_index, 0 to 255
     * @param commandLength splice_command_length, 12 bits
     * @param bytes from the command type to before the last checksum; read-only, each call gives a view of its own
     */
    record Encrypted(int algorithm, int controlWordIndex, int commandLength, ByteBuffer bytes)
            implements SpliceCommand {
        public Encrypted {
            if (algorithm >>> 6 != 0 || controlWordIndex >>> 8 != 0 || commandLength >>> 12 != 0) {
                throw new IllegalArgumentException("not an encrypted message: algorithm " + algorithm
                        + ", control word " + controlWordIndex + ", length " + commandLength);
            }
            bytes = Bytes.copyOf(bytes);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }
}
