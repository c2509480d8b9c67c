package io.headend.packaging;

import io.headend.core.Cue;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.dash.EventStream;
import io.headend.formats.scte35.SegmentationDescriptor;
import io.headend.formats.scte35.SpliceDescriptor;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceInsert;
import io.headend.formats.scte35.SpliceTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A cue that is a SCTE-35 message.
 *
 * @param cue the message
 * @param kind what it asks for
 * @param eventId 32 bits, the same for the beginning and the end of one break
 * @param length how long the break is to last, or {@code null}
 */
record Splice(Cue cue, Kind kind, long eventId, @Nullable Timestamp length) {

    enum Kind {
        /** A break begins. */
        OUT,
        /** A break ends. */
        IN,
        /** Anything else. */
        COMMAND
    }

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    static boolean isSplice(Cue cue) {
        return cue.schemeIdUri().equals(EventStream.SCTE35_BINARY);
    }

    /** The splices among the cues, in order. */
    static List<Splice> of(List<Cue> cues) {
        List<Splice> splices = new ArrayList<>();
        for (Cue cue : cues) {
            if (isSplice(cue)) {
                splices.add(of(cue));
            }
        }
        return splices;
    }

    private static Splice of(Cue cue) {
        try {
            SpliceInfoSection section = SpliceInfoSection.parse(cue.message());
            Timestamp length = cue.duration();
            if (length == null && section.duration() != SpliceTime.NONE) {
                length = Timestamp.of(section.duration(), Timebase.MPEG);
            }
            long id = section.eventId();
            return new Splice(cue, kind(section), id < 0 ? eventId(cue) : id, length);
        } catch (MediaException e) {
            // carried as it is: whoever understands it may act on it
            return new Splice(cue, Kind.COMMAND, eventId(cue), cue.duration());
        }
    }

    private static Kind kind(SpliceInfoSection section) {
        if (section.command() instanceof SpliceInsert insert && insert.splice() != null) {
            return insert.splice().outOfNetwork() ? Kind.OUT : Kind.IN;
        }
        for (SpliceDescriptor descriptor : section.descriptors()) {
            if (descriptor instanceof SegmentationDescriptor segmentation && segmentation.segment() != null) {
                int type = segmentation.segment().type();
                // advertisements and placement opportunities: even numbers begin, odd ones end (table 23)
                if ((type >= 0x30 && type <= 0x3B) || (type >= 0x44 && type <= 0x47)) {
                    return type % 2 == 0 ? Kind.OUT : Kind.IN;
                }
            }
        }
        return Kind.COMMAND;
    }

    /** A number for the event of any cue: its own where it is one, else derived from what it says. */
    static long eventId(Cue cue) {
        if (cue.id().matches("\\d{1,10}") && Long.parseLong(cue.id()) <= 0xFFFF_FFFFL) {
            return Long.parseLong(cue.id());
        }
        CRC32 crc = new CRC32();
        crc.update(cue.schemeIdUri().getBytes(StandardCharsets.UTF_8));
        crc.update(cue.id().getBytes(StandardCharsets.UTF_8));
        if (cue.id().isEmpty()) {
            crc.update(cue.message());
        }
        return crc.getValue();
    }

    /** The message as HLS writes it. */
    String hex() {
        byte[] bytes = new byte[cue.message().remaining()];
        cue.message().get(bytes);
        return "0x" + HEX.formatHex(bytes);
    }

    Timestamp at() {
        return cue.at();
    }
}
