package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.FileTypeBox;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.TrackFragment;
import io.headend.packaging.SegmentFacts.Finding;
import io.headend.packaging.SegmentFacts.Picture;
import io.headend.packaging.SegmentFacts.Tracks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into a segment of fragmented MP4. */
final class IsoSegment {

    private static final int SEARCHED = 4096;

    private final InitFacts init;
    private final ByteBuffer bytes;
    private final List<Finding> findings = new ArrayList<>();
    private long start = Long.MIN_VALUE;
    private long end;
    private long frame = -1;
    private @Nullable Picture picture;

    private IsoSegment(ByteBuffer bytes, InitFacts init) {
        this.bytes = bytes;
        this.init = init;
    }

    /** Whether bytes begin like a box of a segment. */
    static boolean isIso(ByteBuffer bytes) {
        if (bytes.remaining() < 8) {
            return false;
        }
        return switch (bytes.getInt(bytes.position() + 4)) {
            case 0x7374_7970, 0x6D6F_6F66, 0x7369_6478, 0x7072_6674, 0x656D_7367, 0x6674_7970 -> true;
            default -> false;
        };
    }

    static SegmentFacts of(ByteBuffer bytes, InitFacts init) {
        return new IsoSegment(bytes.slice(), init).read();
    }

    private SegmentFacts read() {
        List<ParsedBox> boxes;
        try {
            boxes = BoxReader.read(bytes);
        } catch (MediaException e) {
            findings.add(new Finding("iso.boxes", Conformance.sentence(e)));
            return facts();
        }
        brands(boxes);
        ParsedBox moof = null;
        for (ParsedBox box : boxes) {
            if (box.type().equals("moof")) {
                moof = box;
                fragment(box);
            } else if (box.type().equals("mdat") && moof != null) {
                data(moof, box);
                moof = null;
            }
        }
        if (start == Long.MIN_VALUE) {
            findings.add(new Finding("iso.boxes", "there is no fragment in it"));
        }
        return facts();
    }

    private SegmentFacts facts() {
        long from = start == Long.MIN_VALUE ? 0 : start;
        return new SegmentFacts(
                nanos(from),
                nanos(Math.max(from, end)),
                frame > 0 ? nanos(frame) : 0,
                init.isVideo() ? picture : null,
                Tracks.of(init.isSound() ? 1 : 0, init.isHevc()),
                List.copyOf(findings));
    }

    private long nanos(long ticks) {
        return init.track().track().timebase().convert(ticks, Timebase.NANOS);
    }

    private void brands(List<ParsedBox> boxes) {
        if (!boxes.isEmpty() && boxes.get(0).type().equals("styp")) {
            FileTypeBox styp = FileTypeBox.parse(boxes.get(0));
            if (!styp.compatibleBrands().contains("msdh")) {
                findings.add(new Finding("cmaf.brands", "styp does not name msdh"));
            }
        }
    }

    private void fragment(ParsedBox moof) {
        List<TrackFragment> fragments =
                TrackFragment.ofMovieFragment(moof, moof.offset(), init.track().defaults(), 0);
        for (TrackFragment fragment : fragments) {
            if (fragment.sampleCount() == 0) {
                continue;
            }
            if (start == Long.MIN_VALUE) {
                start = fragment.baseDecodeTime();
                first(fragment);
            } else if (fragment.baseDecodeTime() != end) {
                findings.add(new Finding(
                        "7.3", "tfdt is " + fragment.baseDecodeTime() + " where the fragment before ends at " + end));
            }
            end = fragment.baseDecodeTime() + fragment.totalDuration();
            for (int i = 0; i < fragment.sampleCount(); i++) {
                frame = frame < 0 || frame == fragment.duration(i) ? fragment.duration(i) : 0;
            }
        }
    }

    private void first(TrackFragment fragment) {
        if (!init.isVideo()) {
            return;
        }
        boolean sync = SampleFlags.isSync(fragment.flags(0));
        if (!sync) {
            findings.add(new Finding("cmaf.sync", "the first sample is not marked as sync"));
        }
        long at = fragment.offset(0);
        if (at < 0 || at + fragment.size(0) > bytes.limit()) {
            picture = new Picture(sync, false);
            return;
        }
        ByteBuffer sample = bytes.slice((int) at, fragment.size(0));
        picture = new Picture(startsDecoding(sample, sync), hasCaptions(sample));
    }

    private boolean startsDecoding(ByteBuffer sample, boolean sync) {
        boolean avc = init.entry().startsWith("avc");
        if (!avc && !init.isHevc()) {
            return sync;
        }
        int at = 0;
        while (at + 5 <= sample.limit()) {
            int size = sample.getInt(at);
            int header = sample.get(at + 4) & 0xFF;
            int type = avc ? header & 31 : header >> 1 & 63;
            if (avc ? type >= 1 && type <= 5 : type < 32) {
                return avc ? type == 5 : type >= 16 && type <= 21;
            }
            if (size < 1 || size > sample.limit() - at - 4) {
                return false;
            }
            at += 4 + size;
        }
        return false;
    }

    /** {@code user_identifier} GA94 with type 3 (ATSC A/53, part 4, 6.2.3). */
    static boolean hasCaptions(ByteBuffer sample) {
        int end = Math.min(sample.limit(), SEARCHED) - 5;
        for (int at = 0; at <= end; at++) {
            if (sample.get(at) == 'G' && sample.getInt(at) == 0x4741_3934 && sample.get(at + 4) == 3) {
                return true;
            }
        }
        return false;
    }

    private void data(ParsedBox moof, ParsedBox mdat) {
        long said = TrackFragment.ofMovieFragment(
                        moof, moof.offset(), init.track().defaults(), 0)
                .stream()
                .mapToLong(TrackFragment::dataSize)
                .sum();
        long there = mdat.payload().remaining();
        if (said != there) {
            findings.add(new Finding("iso.trun", "trun says " + said + " bytes of samples, mdat holds " + there));
        }
    }
}
