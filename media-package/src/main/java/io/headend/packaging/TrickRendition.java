package io.headend.packaging;

import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import io.headend.formats.CodecStrings;
import io.headend.formats.isobmff.SampleCursor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The first picture of each segment of a rendition, shown until the next: a trick mode of DASH and an I-frame playlist of HLS. */
final class TrickRendition implements MezzanineRendition {

    private static final String INIT = "init.mp4";

    private final SourceTrack source;
    private final Track track;
    private final CmafMuxer muxer;
    private final List<SegmentEntry> entries = new ArrayList<>();

    /** @param source cut already */
    TrickRendition(SourceTrack source, String name, Optional<SampleProtector> protector) {
        this.source = source;
        this.track = source.track().withName(name).described(source.track().language(), Set.of(TrackRole.TRICK_PLAY));
        this.muxer = CmafMuxer.of(track, protector);
        for (SourceTrack.Planned planned : source.segments()) {
            muxer.beginSegment(entries.size());
            long bytes = 200 + (long) planned.first().size();
            entries.add(new SegmentEntry(
                    entries.size(),
                    planned.start(),
                    Math.max(1, planned.end() - planned.start()),
                    false,
                    INIT,
                    new SegmentEntry.Layout(bytes, bytes, List.of(), muxer.changedKey())));
        }
    }

    @Override
    public Track track() {
        return track;
    }

    @Override
    public PublishedTrack published() {
        return new PublishedTrack(track, CodecStrings.of(track.format()), muxer.protection(), entries);
    }

    @Override
    public ByteBuffer init(String name) {
        return muxer.init();
    }

    @Override
    public List<String> inits() {
        return List.of(INIT);
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public void segment(int number, Consumer<Chunk> to) {
        muxer.beginSegment(number);
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
