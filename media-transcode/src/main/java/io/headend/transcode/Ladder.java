package io.headend.transcode;

import io.headend.core.PictureSize;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a program is encoded to.
 *
 * @param video renditions of the picture, best first; may be empty
 * @param audio renditions of the sound; may be empty
 */
public record Ladder(List<Rendition> video, List<AudioRendition> audio) {

    private static final int[] HEIGHTS = {2160, 1440, 1080, 720, 540, 480, 360, 270, 216, 144};
    private static final int RUNGS = 3;

    public Ladder {
        video = List.copyOf(video);
        audio = List.copyOf(audio);
        Set<String> names = new HashSet<>();
        for (String name : names(video, audio)) {
            if (!names.add(name)) {
                throw new IllegalArgumentException("two renditions of the ladder are named '" + name + "'");
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a ladder has at least one rendition");
        }
    }

    /**
     * Three renditions of the picture, x264 {@code veryfast} at a capped quality, and stereo sound: the source's own
     * height and two lower ones, such as 540, 360 and 216. All keep the aspect of the source; none is larger.
     */
    public static Ladder standard(PictureSize source) {
        return standard(source, "veryfast");
    }

    /** The same with another preset of x264. */
    public static Ladder standard(PictureSize source, String preset) {
        List<Rendition> video = new ArrayList<>();
        int above = Integer.MAX_VALUE;
        for (int rung = 0; rung < RUNGS && above > 2; rung++) {
            int height = rung == 0 ? even(source.height()) : nextHeight(above);
            PictureSize size =
                    new PictureSize(even(Math.round((float) source.width() * height / source.height())), height);
            RateControl rate = RateControl.CappedQuality.of(23, cap(size));
            video.add(new Rendition("v" + height, size, EncoderSettings.x264(preset, rate)));
            above = height;
        }
        return new Ladder(video, List.of(AudioRendition.standard()));
    }

    /** Every name, pictures first. */
    public List<String> names() {
        return names(video, audio);
    }

    /** The ladder with every picture rendition's settings changed alike. */
    public Ladder withSettings(UnaryOperator<EncoderSettings> change) {
        return new Ladder(
                video.stream()
                        .map(rendition -> rendition.withSettings(change.apply(rendition.settings())))
                        .toList(),
                audio);
    }

    private static List<String> names(List<Rendition> video, List<AudioRendition> audio) {
        List<String> names = new ArrayList<>();
        video.forEach(rendition -> names.add(rendition.name()));
        audio.forEach(rendition -> names.add(rendition.name()));
        return names;
    }

    // A rung has at most two thirds of the lines of the one above, below the table too.
    private static int nextHeight(int above) {
        for (int height : HEIGHTS) {
            if (height * 3 <= above * 2) {
                return height;
            }
        }
        return even(above * 2 / 3);
    }

    // 7.8 Mbit/s at 1080 lines of 16:9, 3.9 at 720, 2.3 at 540, 1.2 at 360.
    private static long cap(PictureSize size) {
        double pixels = (double) size.width() * size.height();
        return Math.max(100_000, Math.round(25.0 * Math.pow(pixels, 0.87) / 1000) * 1000);
    }

    private static int even(int length) {
        return Math.max(2, length & ~1);
    }
}
