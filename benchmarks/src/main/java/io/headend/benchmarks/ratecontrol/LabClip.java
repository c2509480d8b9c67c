package io.headend.benchmarks.ratecontrol;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.FilterGraph;
import io.headend.transcode.quality.Picture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A stretch of a source at a working size, as raw 4:2:0 pictures that are mapped from a file.
 *
 * @param name of the clip; what stands before the first dot names its family, which leave-one-out leaves out as one
 * @param source file below the media folder
 * @param size of its pictures
 * @param filter FFmpeg filters that make the working picture
 * @param first picture of the source that belongs to it, after the filters
 * @param count at most as many pictures
 */
record LabClip(String name, String source, PictureSize size, Rational rate, String filter, int first, int count) {

    static List<LabClip> read(Path list) throws IOException {
        List<LabClip> clips = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            String[] f = line.trim().split(",", -1);
            if (f.length < 6 || line.startsWith("#")) {
                continue;
            }
            String[] size = f[2].split("x", -1);
            PictureSize picture = new PictureSize(Integer.parseInt(size[0]), Integer.parseInt(size[1]));
            String crop = f.length > 6 ? f[6].replace(';', ',') + "," : "";
            String filter = String.format(
                    Locale.ROOT,
                    "%sscale=%d:%d:flags=lanczos:out_range=tv,setsar=1,format=yuv420p",
                    crop,
                    picture.width(),
                    picture.height());
            clips.add(new LabClip(
                    f[0],
                    f[1],
                    picture,
                    Rational.of(Integer.parseInt(f[3]), 1),
                    filter,
                    Integer.parseInt(f[4]),
                    Integer.parseInt(f[5])));
        }
        return clips;
    }

    String family() {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Pictures of a group of two seconds. */
    int gop() {
        return (int) Math.round(2 * rate.toDouble());
    }

    private int bytes() {
        return size.width() * size.height() * 3 / 2;
    }

    /** The pictures; decoded into {@code cache} the first time. */
    List<ByteBuffer> pictures(Path media, Path cache) throws IOException {
        Path raw = cache.resolve(name + ".yuv");
        if (!Files.exists(raw)) {
            decode(media.resolve(source), raw);
        }
        List<ByteBuffer> pictures = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(raw)) {
            MappedByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            for (long at = 0; at + bytes() <= channel.size(); at += bytes()) {
                pictures.add(all.slice((int) at, bytes()));
            }
        }
        return pictures;
    }

    Picture picture(ByteBuffer samples) {
        return Picture.yuv420(size.width(), size.height(), 8, samples);
    }

    private void decode(Path file, Path raw) throws IOException {
        Path part = raw.resolveSibling(raw.getFileName() + ".part");
        int[] seen = {0};
        try (FileChannel out = FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                Demuxer demuxer = Demuxer.builder(file.toString()).open();
                FilterGraph graph = FilterGraph.video(filter, 1)) {
            Track track = demuxer.tracks().stream()
                    .filter(t -> t.format() instanceof VideoFormat)
                    .findFirst()
                    .orElseThrow();
            try (Decoder decoder = demuxer.decoder(track.id()).threads(2).open()) {
                boolean ended = false;
                while (!ended && seen[0] < first + count) {
                    try (AvSample sample = demuxer.read()) {
                        if (sample == null) {
                            decoder.finish();
                            ended = true;
                        } else if (sample.trackId() == track.id()) {
                            decoder.send(sample);
                        }
                    }
                    for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
                        graph.send(frame);
                        write(graph, out, seen);
                    }
                }
                graph.finish();
                write(graph, out, seen);
            }
        }
        Files.move(part, raw, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(FilterGraph graph, FileChannel out, int[] seen) {
        try {
            AvFrame next = graph.receive(0);
            while (next != null) {
                try (AvFrame frame = next) {
                    int number = seen[0]++;
                    if (number >= first && number < first + count) {
                        out.write(packed(frame));
                    }
                }
                next = graph.receive(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ByteBuffer packed(AvFrame frame) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes());
        for (int p = 0; p < 3; p++) {
            ByteBuffer plane = frame.plane(p);
            for (int y = 0; y < frame.rows(p); y++) {
                buffer.put(plane.slice(y * frame.stride(p), frame.rowBytes(p)));
            }
        }
        return buffer.flip();
    }
}
