package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.formats.CodecStrings;
import io.headend.formats.text.TextSample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Subtitles, cut exactly where the pictures are: what is shown across a cut is in both segments. DASH gets them as CMAF; HLS gets WebVTT
 * as text, which every player reads.
 */
final class TextRendition implements MezzanineRendition {

    private static final String INIT = "init.mp4";

    private final Track track;
    private final SubtitleText text;
    private final CmafMuxer muxer;
    private final List<SegmentEntry> entries = new ArrayList<>();
    private final List<SegmentEntry> plain = new ArrayList<>();

    /**
     * @param track in {@link Timebase#MPEG}
     * @param cutNanos where the pictures are cut
     * @param endNanos where they end
     * @param breaks numbers of the segments with which a format of any rendition begins
     */
    TextRendition(Track track, SubtitleText text, long[] cutNanos, long endNanos, Set<Integer> breaks) {
        this.track = track;
        this.text = text;
        this.muxer = CmafMuxer.of(track);
        long start = 0;
        for (int i = 0; i <= cutNanos.length; i++) {
            long end = Timebase.NANOS.convert(i < cutNanos.length ? cutNanos[i] : endNanos, Timebase.MPEG);
            long length = Math.max(1, end - start);
            SegmentEntry.Layout guess = SegmentEntry.Layout.of(200);
            entries.add(new SegmentEntry(i, start, length, breaks.contains(i), INIT, guess));
            plain.add(new SegmentEntry(i, start, length, breaks.contains(i), "", guess));
            start += length;
        }
    }

    boolean isWebVtt() {
        return track.format().codec().codec() == Codec.WEBVTT;
    }

    @Override
    public Track track() {
        return track;
    }

    @Override
    public PublishedTrack published() {
        return new PublishedTrack(track, CodecStrings.of(track.format()), null, entries);
    }

    @Override
    public PublishedTrack inHls() {
        return isWebVtt() ? published().listing(plain, null) : published();
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

    private long fromMillis(int number) {
        return entries.get(number).start() / 90;
    }

    /** Milliseconds are what subtitles count in: neighbours must round alike. */
    private long toMillis(int number) {
        SegmentEntry entry = entries.get(number);
        return Math.max(fromMillis(number) + 1, (entry.start() + entry.duration()) / 90);
    }

    @Override
    public void segment(int number, Consumer<Chunk> to) {
        SegmentEntry entry = entries.get(number);
        long end = entry.start() + entry.duration();
        List<TextSample> shown = text.samples(fromMillis(number), toMillis(number));
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            TextSample sample = shown.get(i);
            long start = i == 0 ? entry.start() : sample.start() * 90;
            if (start < end) {
                long until =
                        i + 1 < shown.size() ? Math.min(end, shown.get(i + 1).start() * 90) : end;
                SampleInfo info = new SampleInfo(0, start, start, until - start, true, SampleInfo.NO_ARRIVAL);
                samples.add(HeapSample.of(info, sample.data()));
            }
        }
        CmafMuxer.Preamble preamble = number == entries.size() - 1 ? CmafMuxer.Preamble.LAST : CmafMuxer.Preamble.NONE;
        Chunk chunk = muxer.chunk(CmafMuxer.Position.first(number, samples.get(0)), samples, end, null, preamble);
        to.accept(chunk);
        entries.set(number, entry.withLayout(SegmentEntry.Layout.of(chunk.bytes())));
    }

    @Override
    public Optional<ByteBuffer> text(int number, long mpegTime) {
        Optional<ByteBuffer> bytes = text.plain(fromMillis(number), toMillis(number), mpegTime)
                .map(said -> ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8)));
        bytes.ifPresent(
                all -> plain.set(number, plain.get(number).withLayout(SegmentEntry.Layout.of(all.remaining()))));
        return bytes;
    }

    @Override
    public long sampleBytes(int number) {
        return 0;
    }

    @Override
    public long endNanos() {
        SegmentEntry last = entries.get(entries.size() - 1);
        return Timebase.MPEG.convert(last.start() + last.duration(), Timebase.NANOS);
    }
}
