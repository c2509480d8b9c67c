package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Real coded samples, demultiplexed by FFmpeg, and FFmpeg as the judge of what was packaged. */
final class Clips {

    record Clip(Track track, List<Sample> samples) {}

    private Clips() {}

    /** The first track of a file, with its times shifted so that it starts at {@code startSeconds}. */
    static Clip read(Path file, long startSeconds) {
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            return read(demuxer, startSeconds);
        }
    }

    private static Clip read(Demuxer demuxer, long startSeconds) {
        Track track = demuxer.tracks().get(0);
        if (track.format() instanceof AudioFormat audio) {
            track = track.withTimebase(Timebase.hz(audio.sampleRate()));
        }
        long shift = Timebase.hz(1).convert(startSeconds, track.timebase());
        List<Sample> samples = new ArrayList<>();
        AvSample packet = demuxer.read();
        while (packet != null) {
            try (AvSample sample = packet) {
                if (sample.trackId() == track.id()) {
                    ByteBuffer copy = ByteBuffer.allocate(sample.size());
                    copy.put(sample.data()).flip();
                    SampleInfo info = sample.info();
                    samples.add(HeapSample.of(
                            info.withTimes(info.pts() + shift, info.dts() + shift, info.duration()), copy));
                }
            }
            packet = demuxer.read();
        }
        return new Clip(track, samples);
    }

    /**
     * What FFmpeg makes of the bytes.
     *
     * @param pictures checksums of the decoded pictures, by time; of sound nothing
     */
    record Verdict(Clip clip, List<Long> pictures, long frames, long errors) {}

    static Verdict judge(List<ByteBuffer> parts) {
        try (Demuxer demuxer = Demuxer.builder(channel(parts)).open()) {
            return judge(read(demuxer, 0));
        }
    }

    static Verdict judge(Clip clip) {
        List<Long> pictures = new ArrayList<>();
        long frames = 0;
        try (Decoder decoder = Decoder.builder(clip.track()).open()) {
            for (Sample sample : clip.samples()) {
                decoder.send(sample);
                frames += drain(decoder, pictures);
            }
            decoder.finish();
            frames += drain(decoder, pictures);
            return new Verdict(clip, pictures, frames, decoder.errors());
        }
    }

    private static long drain(Decoder decoder, List<Long> pictures) {
        long frames = 0;
        AvFrame frame = decoder.receive();
        while (frame != null) {
            frames++;
            if (frame.kind() == Codec.Kind.VIDEO) {
                CRC32 sum = new CRC32();
                for (int plane = 0; plane < 3; plane++) {
                    ByteBuffer rows = frame.plane(plane);
                    for (int row = 0; row < frame.rows(plane); row++) {
                        sum.update(rows.slice(rows.position() + row * frame.stride(plane), frame.rowBytes(plane)));
                    }
                }
                pictures.add(sum.getValue());
            }
            frame.close();
            frame = decoder.receive();
        }
        return frames;
    }

    private static ReadableByteChannel channel(List<ByteBuffer> parts) {
        int size = parts.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer all = ByteBuffer.allocate(size);
        parts.forEach(p -> all.put(p.duplicate()));
        return Channels.newChannel(new ByteArrayInputStream(all.array()));
    }
}
