package io.headend.packaging;

import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.isobmff.TrackFragment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a long running stream of one CMAF track (DASH-IF live media ingest, interface 1) into its initialisation segment and
 * whole segments of the grid, from bytes in pieces of any size. Holds one segment at most.
 */
final class FragmentStream {

    /** Where the pieces go. */
    interface Output {
        /** The header of the track; gives its ticks and defaults back. */
        Header init(ByteBuffer bytes);

        void segment(long number, ByteBuffer bytes);
    }

    /** What is needed of {@code moov}. */
    record Header(Timebase timebase, TrackExtendsBox defaults) {}

    private static final int HEADER = 8;

    private final EpochGrid grid;
    private final int limit;
    private final Output output;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
    private final ByteArrayOutputStream fragment = new ByteArrayOutputStream();
    private byte[] fileType = {};
    private @Nullable Header header;
    private long number = -1;
    private long next = -1;
    private boolean last;
    // bytes of the box that has begun: what comes in small pieces is looked at once
    private int needed = HEADER;

    FragmentStream(EpochGrid grid, int limit, Output output) {
        this.grid = grid;
        this.limit = limit;
        this.output = output;
    }

    /** @throws MediaException {@code MALFORMED} if the bytes are no such stream, or a segment is larger than the limit */
    void accept(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        pending.writeBytes(copy);
        if (pending.size() < needed) {
            return;
        }
        needed = HEADER;
        ByteBuffer all = ByteBuffer.wrap(pending.toByteArray());
        while (all.remaining() >= HEADER) {
            long size = Integer.toUnsignedLong(all.getInt(all.position()));
            if (size < HEADER || size > limit) {
                throw MediaException.malformed("a box of " + size + " bytes is not one that is taken here");
            }
            if (all.remaining() < size) {
                needed = (int) size;
                break;
            }
            box(all.slice(all.position(), (int) size));
            all.position(all.position() + (int) size);
        }
        pending.reset();
        pending.write(all.array(), all.position(), all.remaining());
        if ((long) pending.size() + segment.size() + fragment.size() > 2L * limit) {
            throw MediaException.malformed("a segment is larger than " + limit + " bytes");
        }
    }

    private void box(ByteBuffer box) {
        byte[] bytes = new byte[box.remaining()];
        box.duplicate().get(bytes);
        switch (box.getInt(4)) {
            case 0x66747970 -> { // ftyp
                fileType = bytes;
            }
            case 0x6d6f6f76 -> { // moov
                ByteArrayOutputStream head = new ByteArrayOutputStream();
                head.writeBytes(fileType);
                head.writeBytes(bytes);
                header = output.init(ByteBuffer.wrap(head.toByteArray()));
            }
            case 0x6d6f6f66 -> { // moof
                next = number(box);
                fragment.writeBytes(bytes);
            }
            case 0x6d646174 -> { // mdat
                fragment.writeBytes(bytes);
                whole();
            }
            case 0x6d667261 -> last = true; // mfra: nothing follows
            default -> {
                if (box.getInt(4) == 0x73747970 && lastSegment(box)) {
                    last = true;
                }
                fragment.writeBytes(bytes);
            }
        }
    }

    private static boolean lastSegment(ByteBuffer styp) {
        for (int at = 8; at + 4 <= styp.remaining(); at += 4) {
            if (styp.getInt(at) == 0x6c6d7367) { // lmsg
                return true;
            }
        }
        return false;
    }

    private long number(ByteBuffer moof) {
        Header track = header;
        if (track == null) {
            throw MediaException.malformed("a fragment came before ftyp and moov");
        }
        ParsedBox traf = BoxReader.find(BoxReader.read(moof.duplicate()), "moof/traf")
                .orElseThrow(() -> MediaException.malformed("a fragment has no traf"));
        TrackFragment parsed = TrackFragment.parse(traf, track.defaults());
        long offset = parsed.sampleCount() == 0 ? 0 : Math.max(0, parsed.compositionOffset(0));
        return grid.segmentAt(Timestamp.of(parsed.baseDecodeTime() + offset, track.timebase()));
    }

    private void whole() {
        if (next != number) {
            flush();
            number = next;
        }
        segment.writeBytes(fragment.toByteArray());
        fragment.reset();
    }

    private void flush() {
        if (segment.size() > 0) {
            output.segment(number, ByteBuffer.wrap(segment.toByteArray()));
            segment.reset();
        }
    }

    /** The stream has ended; a segment that may lack its end is given only where the stream said that it was the last. */
    void end() {
        if (last) {
            flush();
        }
        segment.reset();
        fragment.reset();
    }
}
