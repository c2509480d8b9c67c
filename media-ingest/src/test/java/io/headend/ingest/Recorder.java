package io.headend.ingest;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.TrackInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is given, without the payload handles. */
final class Recorder implements StreamSink {

    final List<StreamItem> others = new ArrayList<>();
    final List<SampleInfo> samples = new ArrayList<>();
    final List<byte[]> payloads = new ArrayList<>();

    @Override
    public void accept(StreamItem item) {
        if (item instanceof Sample sample) {
            samples.add(sample.info());
            ByteBuffer data = sample.data();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            payloads.add(bytes);
            sample.close();
        } else {
            others.add(item);
        }
    }

    List<SampleInfo> samples(int track) {
        return samples.stream().filter(s -> s.trackId() == track).toList();
    }

    List<Discontinuity> breaks() {
        return others.stream()
                .filter(Discontinuity.class::isInstance)
                .map(Discontinuity.class::cast)
                .toList();
    }

    List<TrackInfo> tracks() {
        return others.stream()
                .filter(TrackInfo.class::isInstance)
                .map(TrackInfo.class::cast)
                .toList();
    }

    boolean ended() {
        return !others.isEmpty() && others.get(others.size() - 1) instanceof EndOfStream;
    }
}
