package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.packaging.Thumbnails;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sheets of small pictures out of the key pictures of a recording, which alone are decoded. */
final class ThumbnailMaker {

    private static final int HEIGHT = 90;
    private static final int SIDE = 5;

    private final Path folder;
    private final Duration each;
    private final List<Path> sheets = new ArrayList<>();

    private ThumbnailMaker(Path folder, Duration each) {
        this.folder = folder;
        this.each = each;
    }

    /**
     * Makes the sheets.
     *
     * @param folder made where it does not exist; the sheets stay the caller's to delete
     * @param each time of one picture
     * @return empty where the input has no pictures
     */
    static Optional<Thumbnails> make(String input, Path folder, Duration each) {
        return new ThumbnailMaker(folder, each).run(input);
    }

    private Optional<Thumbnails> run(String input) {
        try (Demuxer demuxer = Demuxer.builder(input).open()) {
            Track track = demuxer.tracks().stream()
                    .filter(t -> t.kind() == Codec.Kind.VIDEO)
                    .findFirst()
                    .orElse(null);
            if (track == null || !(track.format() instanceof VideoFormat video)) {
                return Optional.empty();
            }
            PictureSize size = size(video);
            String filters = "setpts=PTS-STARTPTS,fps=1000/" + each.toMillis() + ":start_time=0:round=up,scale="
                    + size.width() + ":" + size.height() + ":out_range=pc,tile=" + SIDE + "x" + SIDE
                    + ",format=yuvj420p,setsar=1";
            try (Decoder decoder = Decoder.builder(track).open();
                    FilterGraph graph = FilterGraph.video(filters, 1)) {
                boolean more = true;
                while (more) {
                    try (AvSample sample = demuxer.read()) {
                        more = sample != null;
                        if (sample != null && sample.trackId() == track.id() && sample.sync()) {
                            decoder.send(sample);
                            pass(decoder, graph);
                        }
                    }
                }
                decoder.finish();
                pass(decoder, graph);
                graph.finish();
                take(graph);
            }
            return sheets.isEmpty() ? Optional.empty() : Optional.of(new Thumbnails(sheets, each, size, SIDE, SIDE));
        }
    }

    private static PictureSize size(VideoFormat video) {
        double shape = video.width() * video.sampleAspectRatio().toDouble() / video.height();
        return new PictureSize((int) Math.max(2, Math.min(640, 2 * Math.round(HEIGHT * shape / 2))), HEIGHT);
    }

    private void pass(Decoder decoder, FilterGraph graph) {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            graph.send(frame);
            take(graph);
        }
    }

    private void take(FilterGraph graph) {
        for (@Nullable AvFrame sheet = graph.receive(0); sheet != null; sheet = graph.receive(0)) {
            PictureSize size = new PictureSize(sheet.width(), sheet.height());
            try (Encoder encoder = Encoder.video("mjpeg")
                    .size(size)
                    .frameRate(Rational.of(25, 1))
                    .pixelFormat("yuvj420p")
                    .color(new ColorInfo(2, 2, 5, true))
                    .threads(1)
                    .option("flags", "+qscale-cgop")
                    .option("global_quality", "590")
                    .open()) {
                encoder.send(sheet);
                encoder.finish();
                try (AvSample jpeg = encoder.receive()) {
                    if (jpeg == null) {
                        throw MediaException.malformed("the JPEG encoder gave nothing");
                    }
                    write(jpeg.data());
                }
            }
        }
    }

    private void write(ByteBuffer jpeg) {
        Path file = folder.resolve(sheets.size() + ".jpg");
        try {
            Files.createDirectories(folder);
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                while (jpeg.hasRemaining()) {
                    out.write(jpeg);
                }
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot write '" + file + "': " + e.getMessage(), e);
        }
        sheets.add(file);
    }
}
