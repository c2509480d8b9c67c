package io.headend.packaging;

import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import io.headend.formats.isobmff.SampleCursor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The first picture of each segment of a rendition, shown until the next: a trick mode of DASH and an I-frame playlist of HLS. */
final class TrickRendition implements MezzanineRendition {

    private final SourceTrack source;
    private final Track track;
    private final FormatMuxers muxers;
    private final List<SegmentEntry> entries = new ArrayList<>();

    /**
     * @param source cut already
     * @param breaks numbers of the segments with which a format of any rendition begins
     */
    TrickRendition(SourceTrack source, String name, Set<Integer> breaks, Optional<SampleProtector> protector) {
        this.source = source;
        List<Track> formats = source.formats().stream()
                .map(format -> format.withName(name).described(format.language(), Set.of(TrackRole.TRICK_PLAY)))
                .toList();
        this.track = formats.get(0);
        this.muxers = new FormatMuxers(formats, breaks, protector);
        for (SourceTrack.Planned planned : source.segments()) {
            int format = source.format(entries.size());
            CmafMuxer muxer = muxers.begin(entries.size(), format);
            long bytes = 200 + (long) planned.first().size();
            entries.add(new SegmentEntry(
                    entries.size(),
                    planned.start(),
                    Math.max(1, planned.end() - planned.start()),
                    muxers.isBreak(entries.size()),
                    muxers.initName(format),
                    new SegmentEntry.Layout(bytes, bytes, List.of(), muxer.changedKey())));
        }
    }

    @Override
    public Track track() {
        return track;
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
        CmafMuxer muxer = muxers.begin(number, source.format(number));
        SegmentEntry entry = entries.get(number);
        SampleCursor first = source.segments().get(number).first();
        ByteBuffer picture = ByteBuffer.allocate(first.size());
        source.file().read(picture, first.offset());
        SampleInfo info =
                new SampleInfo(0, entry.start(), entry.start(), entry.duration(), true, SampleInfo.NO_ARRIVAL);
        Sample sample = HeapSample.of(info, picture.flip());
        CmafMuxer.Preamble preamble = number == entries.size() - 1 ? CmafMuxer.Preamble.LAST : CmafMuxer.Preamble.NONE;
        CmafMuxer.Position position = CmafMuxer.Position.first(number, sample);
        Chunk chunk = muxer.chunk(position, List.of(sample), entry.start() + entry.duration(), null, preamble);
        to.accept(chunk);
        entries.set(
                number,
                entry.withLayout(new SegmentEntry.Layout(chunk.bytes(), chunk.bytes(), List.of(), muxer.changedKey())));
    }

    @Override
    public long sampleBytes(int number) {
        return 0;
    }

    @Override
    public long endNanos() {
        return source.endNanos();
    }
}
