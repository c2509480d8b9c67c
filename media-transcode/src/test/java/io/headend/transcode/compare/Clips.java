package io.headend.transcode.compare;

import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Muxer;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import io.headend.transcode.RenditionEncoder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small clips made here: shots of moving texture, each with its own. */
public final class Clips {

    public static final PictureSize SIZE = new PictureSize(192, 160);
    public static final Rational RATE = Rational.of(25, 1);

    private Clips() {}

    /**
     * Writes a nearly lossless clip.
     *
     * @param shotLengths pictures of each shot
     * @param level mean luma
     */
    public static Path write(Path file, double level, int... shotLengths) {
        List<AvFrame> pictures = new ArrayList<>();
        for (int shot = 0; shot < shotLengths.length; shot++) {
            for (int i = 0; i < shotLengths[shot]; i++) {
                pictures.add(picture(shot, i, level));
            }
        }
        return write(file, pictures);
    }

    /** A clip of a soft shade that moves. */
    public static Path plain(Path file, int length) {
        List<AvFrame> pictures = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            AvFrame frame = picture(0, 0, 110);
            ByteBuffer luma = frame.plane(0);
            for (int y = 0; y < SIZE.height(); y++) {
                for (int x = 0; x < SIZE.width(); x++) {
                    luma.put(y * frame.stride(0) + x, (byte) (110 + 30 * Math.sin((x + i) / 40.0)));
                }
            }
            pictures.add(frame);
        }
        return write(file, pictures);
    }

    private static Path write(Path file, List<AvFrame> pictures) {
        EpochGrid grid = new EpochGrid(RATE, 1000, 1);
        EncoderSettings settings = EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(4, 50_000_000))
                .withThreads(1);
        List<StreamItem> items = new ArrayList<>();
        try (RenditionEncoder encoder =
                RenditionEncoder.open(new Rendition("clip", SIZE, settings), grid, items::add, gop -> {})) {
            for (int n = 0; n < pictures.size(); n++) {
                encoder.encode(pictures.get(n), n);
            }
            encoder.finish();
        }
        TrackInfo info = (TrackInfo) items.get(0);
        try (Muxer muxer = Muxer.builder(file.toString()).track(info.track()).open()) {
            for (StreamItem item : items) {
                try (item) {
                    if (item instanceof Sample sample) {
                        muxer.write(sample);
                    }
                }
            }
            muxer.finish();
        }
        return file;
    }

    public static AvFrame picture(int shot, int time, double level) {
        AvFrame frame = AvFrame.allocateVideo("yuv420p", SIZE.width(), SIZE.height());
        Random random = new Random(7L * shot + 1);
        double fx = 0.04 + 0.3 * random.nextDouble();
        double fy = 0.04 + 0.3 * random.nextDouble();
        double speed = 0.3 + 0.7 * random.nextDouble();
        double shotLevel = level < 24 ? level : level + 30 * (shot % 3 - 1);
        double amplitude = Math.min(40, level - 16);
        int[] texture = random.ints(64L * 64, -12, 13).toArray();
        ByteBuffer luma = frame.plane(0);
        for (int y = 0; y < SIZE.height(); y++) {
            for (int x = 0; x < SIZE.width(); x++) {
                double moved = x + speed * time;
                double wave = Math.sin(fx * moved) * Math.cos(fy * y);
                int grain = level < 24 ? 0 : texture[((int) moved & 63) * 64 + (y & 63)];
                luma.put(y * frame.stride(0) + x, (byte)
                        Math.max(16, Math.min(235, shotLevel + amplitude * wave + grain)));
            }
        }
        for (int plane = 1; plane < 3; plane++) {
            ByteBuffer chroma = frame.plane(plane);
            for (int i = 0; i < chroma.capacity(); i++) {
                chroma.put(i, (byte) (128 + 20 * plane * (shot % 3 - 1)));
            }
        }
        return frame;
    }
}
