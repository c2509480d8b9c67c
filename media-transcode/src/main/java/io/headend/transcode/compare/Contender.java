package io.headend.transcode.compare;

import io.headend.transcode.EncoderSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A way to encode, at several rates. Settings are taken as they are but for the number of threads, which is 1, so that
 * the same settings give the same bits and processor time can be told.
 */
public final class Contender {

    private final String name;
    private final Map<String, EncoderSettings> points;
    private final LongFunction<EncoderSettings> byRate;
    private final @Nullable Shots shots;

    private Contender(
            String name,
            Map<String, EncoderSettings> points,
            LongFunction<EncoderSettings> byRate,
            @Nullable Shots shots) {
        this.shots = shots;
        if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
            throw new IllegalArgumentException("'" + name + "' is no name of 1 to 40 of A-Z a-z 0-9 _ -");
        }
        this.name = name;
        this.points = points;
        this.byRate = byRate;
    }

    /**
     * Encodes that are the same for every clip.
     *
     * @param points settings by label, such as {@code crf 23}
     */
    public static Contender of(String name, Map<String, EncoderSettings> points) {
        return new Contender(
                name,
                new LinkedHashMap<>(points),
                rate -> {
                    throw new IllegalStateException("settings that do not follow a rate");
                },
                null);
    }

    /**
     * Encodes at the rates that the first contender with settings of its own came to on the same clip.
     *
     * @param settings for a rate in bit/s
     */
    public static Contender atRates(String name, LongFunction<EncoderSettings> settings) {
        return new Contender(name, Map.of(), settings, null);
    }

    /**
     * Encodes shot by shot, for the mean VMAF of each encode of the first contender with settings of its own on the same clip.
     *
     * @param settings codec, preset, cap
     * @param longest group of pictures
     */
    public static Contender shots(String name, EncoderSettings settings, Duration longest) {
        return new Contender(
                name,
                Map.of(),
                rate -> {
                    throw new IllegalStateException("shots follow quality, not a rate");
                },
                new Shots(settings, longest));
    }

    @Nullable
    Shots shots() {
        return shots;
    }

    public String name() {
        return name;
    }

    boolean followsRates() {
        return points.isEmpty();
    }

    List<Point> points() {
        List<Point> result = new ArrayList<>();
        points.forEach((label, settings) -> result.add(new Point(label, settings.withThreads(1))));
        return result;
    }

    Point at(long rate) {
        return new Point(rate / 1000 + " kbit/s", byRate.apply(rate).withThreads(1));
    }

    /** How a contender works that encodes shot by shot. */
    record Shots(EncoderSettings settings, Duration longest) {}

    /** One encode to be made. */
    record Point(String label, EncoderSettings settings) {}

    @Override
    public String toString() {
        return name;
    }
}
