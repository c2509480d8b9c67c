package io.headend.house.paths;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Encoder;
import io.headend.testkit.FrameNumberReader;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SyntheticSource;

/**
 * Encodes and decodes synthetic pictures and tells their numbers, then the modules it runs in. Arguments: classes, each of which
 * must load from the path that is being tried.
 */
public final class Main {

    private static final int FRAMES = 5;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    private Main() {}

    public static void main(String[] args) throws ClassNotFoundException {
        StringBuilder line = new StringBuilder("frames");
        try (SyntheticSource source = SyntheticSource.builder()
                        .size(WIDTH, HEIGHT)
                        .silent()
                        .startFrame(1000)
                        .frames(FRAMES)
                        .build();
                RecordingSink sink = new RecordingSink();
                Decoder raw = Decoder.builder(source.videoTrack()).open();
                Encoder encoder = Encoder.video("libx264")
                        .size(new PictureSize(WIDTH, HEIGHT))
                        .frameRate(Rational.of(25, 1))
                        .timebase(Timebase.MPEG)
                        .pixelFormat("yuv420p")
                        .bitrate(500_000)
                        .bFrames(0)
                        .open()) {
            source.run(sink);
            Track coded = source.videoTrack().withFormat(encoder.format());
            try (Decoder decoder = Decoder.builder(coded).open()) {
                for (StreamItem item : sink.items()) {
                    if (item instanceof Sample sample) {
                        raw.send(sample);
                        encode(raw, encoder);
                        decode(encoder, decoder, line);
                    }
                }
                encoder.finish();
                decode(encoder, decoder, line);
                decoder.finish();
                read(decoder, line);
            }
        }
        System.out.println(line);
        for (String name : args) {
            System.out.println(name + " in " + Class.forName(name).getModule());
        }
    }

    private static void encode(Decoder raw, Encoder encoder) {
        for (AvFrame frame = raw.receive(); frame != null; frame = raw.receive()) {
            try (AvFrame picture = frame) {
                encoder.send(picture);
            }
        }
    }

    private static void decode(Encoder encoder, Decoder decoder, StringBuilder line) {
        for (AvSample coded = encoder.receive(); coded != null; coded = encoder.receive()) {
            try (AvSample sample = coded) {
                decoder.send(sample);
            }
            read(decoder, line);
        }
    }

    private static void read(Decoder decoder, StringBuilder line) {
        for (AvFrame decoded = decoder.receive(); decoded != null; decoded = decoder.receive()) {
            try (AvFrame frame = decoded) {
                line.append(' ')
                        .append(FrameNumberReader.read(frame.plane(0), frame.stride(0), WIDTH, HEIGHT)
                                .orElse(-1));
            }
        }
    }
}
