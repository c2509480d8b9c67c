package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.formats.isobmff.Box;
import io.headend.formats.isobmff.FileTypeBox;
import io.headend.formats.isobmff.InitializationSegment;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.SegmentIndexBox;
import io.headend.formats.isobmff.TrackFragment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one track as CMAF (ISO/IEC 23000-19) in one pass: sizes are known before the first byte, clear payload is never copied, and
 * presentation begins at the decoding time of a segment's first sample, by signed composition offsets instead of an edit list.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
final class CmafMuxer {

    private static final int MDAT_HEADER = 8;
    private static final FileTypeBox STYP = FileTypeBox.segment("msdh", "msdh", "cmfs", "cmff");
    private static final FileTypeBox INDEXED_STYP = FileTypeBox.segment("msdh", "msdh", "msix", "cmfs", "cmff");
    private static final FileTypeBox LAST_STYP = FileTypeBox.segment("msdh", "msdh", "cmfs", "cmff", "lmsg");

    private final Track track;
    private final @Nullable SampleProtector protector;
    private final @Nullable ContentProtection announced;
    private final ByteBuffer init;
    private @Nullable ContentProtection changed;
    private int description;

    private CmafMuxer(Track track, @Nullable SampleProtector protector) {
        this.track = track;
        this.protector = protector;
        if (protector != null) {
            protector.begin(track);
        }
        this.announced = protector == null ? null : protector.protection();
        this.init = InitializationSegment.of(track, announced);
    }

    /**
     * A muxer of clear samples.
     *
     * @throws MediaException if the track cannot be written; see {@link InitializationSegment#of}
     */
    public static CmafMuxer of(Track track) {
        return new CmafMuxer(track, null);
    }

    /** A muxer that encrypts. */
    public static CmafMuxer of(Track track, SampleProtector protector) {
        return new CmafMuxer(track, protector);
    }

    static CmafMuxer of(Track track, Optional<SampleProtector> protector) {
        return new CmafMuxer(track, protector.orElse(null));
    }

    /** The same for a file with more than one sample entry; the chunks need this one, from 1. */
    CmafMuxer describedBy(int entry) {
        description = entry;
        return this;
    }

    public Track track() {
        return track;
    }

    /** The initialisation segment; a view of its own at each call. */
    public ByteBuffer init() {
        return init.duplicate();
    }

    /** Tells the protector that the next chunk is of this track again, after one of another track that it serves too. */
    void resume() {
        if (protector != null) {
            protector.begin(track);
        }
    }

    /** Tells the protector, if there is one, that the next chunk begins a segment. */
    void beginSegment(long number) {
        if (protector != null) {
            protector.beginSegment(number);
            ContentProtection own = protector.protection();
            changed = own.equals(announced) ? null : own;
        }
    }

    /** The key of the segment that was begun last where it is another than the initialisation segment tells, else {@code null}. */
    @Nullable
    ContentProtection changedKey() {
        return changed;
    }

    /** How the samples are encrypted as the initialisation segment tells, or {@code null}. */
    public @Nullable ContentProtection protection() {
        return announced;
    }

    /**
     * Builds the next chunk of a segment.
     *
     * @param at where the chunk stands
     * @param samples in decoding order, at least one; stay the caller's, and open while the chunk is used
     * @param end decoding time behind the last sample, in ticks of the track on the scale of {@code at}
     */
    public Chunk chunk(Position at, List<Sample> samples, long end) {
        return chunk(at, samples, end, null, Preamble.NONE);
    }

    /**
     * Builds a chunk of samples whose bytes lie one behind the other.
     *
     * @param together all of them, or {@code null} where they lie apart; where the track is protected they are encrypted there
     * @param preamble what stands before the {@code moof}
     */
    Chunk chunk(Position at, List<Sample> samples, long end, @Nullable ByteBuffer together, Preamble preamble) {
        TrackFragment.Builder fragment =
                TrackFragment.builder(InitializationSegment.TRACK_ID, at.decodeTime(samples.get(0)));
        fragment.description(description);
        long payload = 0;
        for (Sample sample : samples) {
            payload += sample.size();
        }
        if (payload > Integer.MAX_VALUE - (1 << 24)) {
            throw MediaException.unsupported("a chunk of " + payload + " bytes is too large; shorten the segments");
        }
        List<ByteBuffer> data = new ArrayList<>(samples.size() + 1);
        @Nullable ByteBuffer bytes = protector == null || together != null ? together : copy(samples, (int) payload);
        int offset = 0;
        long presentationStart = Long.MAX_VALUE;
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            long time = at.decodeTime(sample);
            long next = i + 1 < samples.size() ? at.decodeTime(samples.get(i + 1)) : end;
            int duration = ticks(Math.max(1, next - time));
            int flags = sample.sync() ? SampleFlags.SYNC : SampleFlags.NON_SYNC;
            fragment.sample(duration, sample.size(), flags, ticks(sample.pts() - time));
            presentationStart = Math.min(presentationStart, sample.pts());
            if (bytes == null) {
                data.add(sample.data());
            } else if (protector != null) {
                fragment.encrypted(protector.protect(sample.info(), bytes.slice(offset, sample.size())));
                offset += sample.size();
            }
        }
        if (bytes != null) {
            data.add(bytes);
        }
        ContentProtection key = changed;
        if (key != null) {
            fragment.keyed(key);
        }
        data.add(0, header(at, fragment.build(), (int) payload, preamble));
        int size = data.get(0).remaining() + (int) payload;
        long duration = Math.max(1, end - at.decodeTime(samples.get(0)));
        return new Chunk(data, size, presentationStart, duration, samples.get(0).sync());
    }

    private static int ticks(long value) {
        if (value != (int) value) {
            throw MediaException.malformed("times of neighbouring samples are " + value
                    + " ticks apart, more than a fragment can say; normalise the timeline before packaging");
        }
        return (int) value;
    }

    /** Of its own: others read the same samples. */
    private static ByteBuffer copy(List<Sample> samples, int bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes);
        samples.forEach(sample -> copy.put(sample.data()));
        return copy.flip();
    }

    private ByteBuffer header(Position at, TrackFragment fragment, int payload, Preamble preamble) {
        ContentProtection key = changed;
        Box moof = key == null || at.index() > 0
                ? fragment.toMovieFragment(at.sequenceNumber())
                : fragment.toMovieFragment(at.sequenceNumber(), key.systems());
        List<Box> boxes = new ArrayList<>(4);
        if (at.index() == 0) {
            boxes.add(preamble.last() ? LAST_STYP : preamble.index() ? INDEXED_STYP : STYP);
        }
        int behindIndex = Box.sizeOf(preamble.messages()) + moof.size() + MDAT_HEADER + payload;
        if (preamble.index()) {
            boxes.add(new SegmentIndexBox(
                    fragment.trackId(),
                    track.timebase().den(),
                    fragment.baseDecodeTime(),
                    0,
                    List.of(new SegmentIndexBox.Reference(
                            behindIndex, fragment.totalDuration(), SampleFlags.isSync(fragment.flags(0))))));
        }
        boxes.addAll(preamble.messages());
        boxes.add(moof);
        ByteBuffer out = ByteBuffer.allocate(Box.sizeOf(boxes) + MDAT_HEADER);
        boxes.forEach(box -> box.writeTo(out));
        return out.putInt(MDAT_HEADER + payload)
                .put((byte) 'm')
                .put((byte) 'd')
                .put((byte) 'a')
                .put((byte) 't')
                .flip();
    }

    /**
     * What stands before the {@code moof} of a chunk.
     *
     * @param last whether the chunk begins the last segment ({@code lmsg})
     * @param index whether a {@code sidx} tells the length of the chunk, which then is a whole segment
     * @param messages {@code prft} and {@code emsg}, in order
     */
    record Preamble(boolean last, boolean index, List<Box> messages) {
        static final Preamble NONE = new Preamble(false, false, List.of());
        static final Preamble LAST = new Preamble(true, false, List.of());
    }

    /**
     * Where a chunk stands.
     *
     * @param segment number of the segment
     * @param index of the chunk within it, from 0
     * @param decodeShift what is added to the samples' decoding times, so that the first sample of the segment is decoded when it is
     *     presented
     */
    public record Position(long segment, int index, long decodeShift) {

        /** The first chunk of a segment that begins with this sample. */
        public static Position first(long segment, Sample sample) {
            return new Position(segment, 0, sample.pts() - sample.dts());
        }

        public Position next() {
            return new Position(segment, index + 1, decodeShift);
        }

        long decodeTime(Sample sample) {
            return sample.dts() + decodeShift;
        }

        /** Ascending, and the same in every pipeline on the same grid. */
        int sequenceNumber() {
            return (int) (segment & 0xFF_FFFF) * 128 + Math.min(index, 126) + 1;
        }
    }
}
