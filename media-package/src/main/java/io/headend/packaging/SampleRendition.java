package io.headend.packaging;

import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.SegmentProtector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Pictures or sound, out of the samples of a file. */
final class SampleRendition implements MezzanineRendition {

    private final SourceTrack source;
    private final SegmentSource reader;
    private final FormatMuxers muxers;
    private final @Nullable WholeSegment whole;
    private final List<SegmentEntry> entries = new ArrayList<>();

    /**
     * @param source cut already
     * @param reader shared by the renditions of a mezzanine, one at a time
     * @param breaks numbers of the segments with which a format of any rendition begins
     * @param whole what encrypts segments as wholes, instead of samples
     */
    SampleRendition(
            SourceTrack source,
            SegmentSource reader,
            Set<Integer> breaks,
            Optional<SampleProtector> protector,
            Optional<SegmentProtector> whole) {
        this.whole = whole.map(WholeSegment::new).orElse(null);
        this.source = source;
        this.reader = reader;
        this.muxers = new FormatMuxers(source.formats(), breaks, protector);
        for (SourceTrack.Planned planned : source.segments()) {
            int format = source.format(entries.size());
            CmafMuxer muxer = muxers.begin(entries.size(), format);
            long header = 150 + 12L * planned.samples();
            entries.add(new SegmentEntry(
                    entries.size(),
                    planned.start(),
                    Math.max(1, planned.end() - planned.start()),
                    muxers.isBreak(entries.size()),
                    muxers.initName(format),
                    SegmentEntry.Layout.of(planned.bytes() + header)
                            .keyed(muxer.changedKey())
                            .withHlsKeys(keys(whole, entries.size()))));
        }
    }

    private static List<Key> keys(Optional<SegmentProtector> whole, long number) {
        return whole.map(protector -> List.of(protector.key(number))).orElse(List.of());
    }

    SourceTrack source() {
        return source;
    }

    @Override
    public Track track() {
        return source.track();
    }

    @Override
    public PublishedTrack published() {
        return muxers.published(entries);
    }

    @Override
    public ByteBuffer init(String name) {
        return muxers.init(name);
    }

    @Override
    public List<String> inits() {
        return muxers.inits();
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public void segment(int number, Consumer<Chunk> to) {
        source.file().named(() -> make(number, to));
    }

    private void make(int number, Consumer<Chunk> to) {
        List<SourceTrack.Planned> planned = source.segments();
        CmafMuxer muxer = muxers.begin(number, source.format(number));
        SourceTrack.Planned segment = planned.get(number);
        CmafMuxer.Preamble preamble = number == planned.size() - 1 ? CmafMuxer.Preamble.LAST : CmafMuxer.Preamble.NONE;
        CmafMuxer.Position[] at = {null};
        long[] bytes = {0, 0};
        WholeSegment held = whole;
        if (held != null) {
            held.clear();
        }
        reader.read(source, segment, (samples, together, next) -> {
            CmafMuxer.Position position = at[0] == null ? CmafMuxer.Position.first(number, samples.get(0)) : at[0];
            long last = position.decodeTime(samples.get(samples.size() - 1));
            long end = next == Segmenter.UNKNOWN ? Math.max(segment.end(), last + 1) : next + position.decodeShift();
            Chunk chunk = muxer.chunk(position, samples, end, together, preamble);
            if (held == null) {
                to.accept(chunk);
            } else {
                held.add(chunk);
            }
            if (position.index() == 0 && samples.get(0).sync()) {
                bytes[1] =
                        chunk.parts().get(0).remaining() + (long) samples.get(0).size();
            }
            bytes[0] += chunk.bytes();
            at[0] = position.next();
        });
        List<Key> keys = List.of();
        if (held != null) {
            WholeSegment.Encrypted encrypted = held.encrypt(number);
            to.accept(encrypted.chunk());
            bytes[0] = encrypted.chunk().bytes();
            // a range of what is encrypted as a whole cannot be decrypted
            bytes[1] = 0;
            keys = List.of(encrypted.key());
        }
        entries.set(
                number,
                entries.get(number)
                        .withLayout(new SegmentEntry.Layout(bytes[0], bytes[1], List.of(), muxer.changedKey(), keys)));
    }

    @Override
    public long sampleBytes(int number) {
        return source.segments().get(number).bytes();
    }

    @Override
    public long endNanos() {
        return source.endNanos();
    }
}
