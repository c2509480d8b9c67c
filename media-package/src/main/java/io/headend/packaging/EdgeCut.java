package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Track;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes the pictures of {@code [begin, end)} out of whole groups. Groups within stay as they are; of the last one the pictures stay that need none
 * behind the end; the rest is coded anew, behind a key picture of its own.
 */
final class EdgeCut {

    private final EdgeEncoder encoder;
    private final long begin;
    private final long end;
    private final Set<ByteBuffer> sequenceSets = new LinkedHashSet<>();
    private final Set<ByteBuffer> pictureSets = new LinkedHashSet<>();
    private Track track;
    private int sets;
    private int coded;

    /** @param begin ticks of the track, as {@code end} */
    EdgeCut(Track track, EdgeEncoder encoder, long begin, long end) {
        this.track = track;
        this.encoder = encoder;
        this.begin = begin;
        this.end = end;
        if (track.format().codec().codec() == Codec.AVC) {
            AvcDecoderConfigurationRecord own =
                    AvcDecoderConfigurationRecord.parse(track.format().codec().record());
            sequenceSets.addAll(own.sequenceParameterSets());
            pictureSets.addAll(own.pictureParameterSets());
        }
    }

    /** The track with the parameter sets of what was coded anew. */
    Track track() {
        if (sets == 0) {
            return track;
        }
        ByteBuffer record = AvcDecoderConfigurationRecord.of(List.copyOf(sequenceSets), List.copyOf(pictureSets))
                .toByteBuffer();
        return track.withFormat(track.format().withCodec(track.format().codec().withRecord(record)));
    }

    /** Pictures that were coded anew. */
    int coded() {
        return coded;
    }

    /** @param samples whole groups in decoding order */
    List<Sample> cut(List<Sample> samples) {
        List<Sample> kept = new ArrayList<>(samples.size());
        int from = 0;
        for (int i = 1; i <= samples.size(); i++) {
            if (i == samples.size() || samples.get(i).sync()) {
                group(samples.subList(from, i), kept);
                from = i;
            }
        }
        return kept;
    }

    private void group(List<Sample> group, List<Sample> kept) {
        Sample first = group.get(0);
        long earliest = group.stream().mapToLong(Sample::pts).min().orElseThrow();
        long latest = group.stream().mapToLong(Sample::pts).max().orElseThrow();
        if (latest < begin || earliest >= end) {
            return;
        }
        if (!first.sync() || earliest < first.pts()) {
            throw MediaException.unsupported("rendition " + track.name()
                    + " has groups of pictures that need the group before; it can be cut at whole segments alone");
        }
        int whole = begin > earliest ? 0 : independent(group);
        kept.addAll(group.subList(0, whole));
        if (whole == group.size() || group.subList(whole, group.size()).stream().allMatch(s -> s.pts() >= end)) {
            return;
        }
        long from = group.subList(whole, group.size()).stream()
                .mapToLong(Sample::pts)
                .min()
                .orElseThrow();
        encode(group, Math.max(begin, from), kept);
    }

    /** How many samples at the beginning are shown before all others of the group and before the end. */
    private int independent(List<Sample> group) {
        int count = 0;
        long latest = Long.MIN_VALUE;
        long[] earliestFrom = new long[group.size() + 1];
        earliestFrom[group.size()] = Long.MAX_VALUE;
        for (int i = group.size() - 1; i >= 0; i--) {
            earliestFrom[i] = Math.min(earliestFrom[i + 1], group.get(i).pts());
        }
        for (int i = 0; i < group.size(); i++) {
            latest = Math.max(latest, group.get(i).pts());
            if (latest < end && latest < earliestFrom[i + 1]) {
                count = i + 1;
            }
        }
        return count;
    }

    private void encode(List<Sample> group, long from, List<Sample> kept) {
        if (track.format().codec().codec() != Codec.AVC) {
            throw MediaException.unsupported("rendition " + track.name() + " is "
                    + track.format().codec().codec() + "; edges within a group of pictures are coded for AVC alone");
        }
        List<Long> wanted = group.stream()
                .map(Sample::pts)
                .filter(t -> t >= from && t < end)
                .sorted()
                .toList();
        EdgeEncoder.Edge edge = encoder.encode(track, group, from, end, ++sets);
        if (!edge.samples().stream().map(Sample::pts).toList().equals(wanted)
                || !edge.samples().get(0).sync()) {
            throw new IllegalStateException("the edge encoder made "
                    + edge.samples().size() + " pictures instead of " + wanted.size() + ", or other times");
        }
        AvcDecoderConfigurationRecord made = AvcDecoderConfigurationRecord.parse(edge.record());
        sequenceSets.addAll(made.sequenceParameterSets());
        pictureSets.addAll(made.pictureParameterSets());
        // the distance that decoding keeps from presentation in this rendition
        long ahead = group.get(0).pts() - group.get(0).dts();
        for (Sample sample : edge.samples()) {
            SampleInfo info = sample.info();
            kept.add(sample.with(info.withTimes(info.pts(), info.pts() - ahead, info.duration())));
        }
        coded += edge.samples().size();
    }
}
