package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.formats.mpegts.TsPacketWriter;
import io.headend.formats.mpegts.UnitProtector;
import java.util.List;
import java.util.Optional;

/** One elementary stream of a {@link TsMuxer} and how far it has come in the segment. Times in 90 kHz. */
final class TsStream {

    private final Track track;
    private final int id;
    private final TsPacketWriter writer;
    private final ElementaryUnits units;
    private final boolean groups;
    private final Optional<UnitProtector> protector;
    private List<Sample> samples = List.of();
    private int at;

    private TsStream(Track track, int id, TsPacketWriter writer, Optional<UnitProtector> protector) {
        this.track = track;
        this.id = id;
        this.writer = writer;
        this.protector = protector;
        this.units = ElementaryUnits.of(track);
        this.groups = track.kind() == Codec.Kind.AUDIO;
    }

    static TsStream of(Track track, int pid, List<TsStream> before, Optional<UnitProtector> protector) {
        long same = before.stream()
                .filter(other -> other.track.kind() == track.kind())
                .count();
        Codec codec = track.format().codec().codec();
        int id = switch (codec) {
            case AC3, EAC3, OPUS -> 0xBD;
            default -> (track.kind() == Codec.Kind.VIDEO ? 0xE0 : 0xC0) + (int) (same & 15);
        };
        return new TsStream(track, id, TsPacketWriter.of(pid), protector);
    }

    void begin(List<Sample> segment) {
        samples = segment;
        at = 0;
    }

    boolean hasNext() {
        return at < samples.size();
    }

    /** {@link Long#MAX_VALUE} where nothing is left. */
    long nextDts() {
        return hasNext() ? ticks(samples.get(at).dts()) : Long.MAX_VALUE;
    }

    int nextSize() {
        return units.bound(samples.get(at));
    }

    Sample next() {
        return samples.get(at++);
    }

    /** Of the sample given last. */
    long dts() {
        return ticks(samples.get(at - 1).dts());
    }

    /** Of the sample given last. */
    long pts() {
        return ticks(samples.get(at - 1).pts());
    }

    private long ticks(long time) {
        return track.timebase().convert(time, Timebase.MPEG);
    }

    int id() {
        return id;
    }

    TsPacketWriter writer() {
        return writer;
    }

    ElementaryUnits units() {
        return units;
    }

    /** Whether several access units share a packet: small ones of sound. */
    boolean groups() {
        return groups;
    }

    Optional<UnitProtector> protector() {
        return protector;
    }

    int channels() {
        return track.format() instanceof AudioFormat audio ? audio.channels() : 0;
    }
}
