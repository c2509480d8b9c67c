package io.headend.transcode.shots;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Rendition;
import io.headend.transcode.RenditionEncoder;
import io.headend.transcode.pictures.EncodeClock;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Encodes pieces, each with an encoder of its own. Any number of threads, each its own piece. */
final class PieceEncoder {

    // Only the first picture of a piece is an IDR picture.
    private static final int NEVER = 1 << 28;

    private final SourcePlan plan;
    private final Path folder;
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();

    private final boolean nativeThreads;

    /** @param nativeThreads whether the encoder has threads of its own; their time is told where one encoder runs at a time */
    PieceEncoder(SourcePlan plan, Path folder, boolean nativeThreads) {
        this.nativeThreads = nativeThreads;
        this.plan = plan;
        this.folder = folder;
    }

    /** Processor time of all encoders so far. */
    long nanos() {
        return nanos.get();
    }

    CodedPiece encode(PiecePictures pictures, PictureSize size, EncoderSettings settings, double factor) {
        Piece piece = pictures.piece();
        Path file = folder.resolve("piece-" + files.getAndIncrement());
        EpochGrid grid = new EpochGrid(plan.rate(), NEVER, 1);
        List<Track> tracks = new ArrayList<>();
        List<SampleInfo> samples = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        List<Sample> waiting = new ArrayList<>();
        EncodeClock clock = new EncodeClock(nativeThreads);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                PiecePictures.Reader frames = pictures.open(size);
                RenditionEncoder encoder = RenditionEncoder.open(
                        new Rendition("video", size, settings),
                        grid,
                        item -> {
                            if (item instanceof TrackInfo info) {
                                tracks.add(info.track());
                            } else if (item instanceof Sample sample) {
                                waiting.add(sample);
                            } else {
                                item.close();
                            }
                        },
                        gop -> {})) {
            try {
                for (int i = 0; i < piece.frames(); i++) {
                    AvFrame frame = frames.next();
                    clock.start();
                    encoder.encode(frame, piece.first() + i);
                    clock.stop();
                    write(waiting, samples, sizes, out);
                }
                clock.start();
                encoder.finish();
                clock.stop();
                clock.addNativeThreads();
                write(waiting, samples, sizes, out);
            } finally {
                waiting.forEach(Sample::close);
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot write '" + file + "'", e);
        }
        nanos.addAndGet(clock.nanos());
        return new CodedPiece(piece, factor, tracks.get(0), file, samples, sizes);
    }

    private static void write(List<Sample> waiting, List<SampleInfo> samples, List<Integer> sizes, OutputStream out)
            throws IOException {
        for (Sample next : waiting) {
            try (Sample sample = next) {
                byte[] bytes = new byte[sample.size()];
                sample.data().get(bytes);
                out.write(bytes);
                samples.add(sample.info());
                sizes.add(bytes.length);
            }
        }
        waiting.clear();
    }

    static void delete(CodedPiece piece) {
        try {
            Files.deleteIfExists(piece.file());
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot delete '" + piece.file() + "'", e);
        }
    }
}
