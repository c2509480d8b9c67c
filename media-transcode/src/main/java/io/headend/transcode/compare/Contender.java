package io.headend.transcode.compare;

import io.headend.transcode.EncoderSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A way to encode, at several rates. Settings are taken as they are but for the number of threads, which is 1, so that
 * the same settings give the same bits and processor time can be told.
 */
public final class Contender {

    private final String name;
    private final Map<String, EncoderSettings> points;
    private final LongFunction<EncoderSettings> byRate;

    private Contender(String name, Map<String, EncoderSettings> points, LongFunction<EncoderSettings> byRate) {
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
        return new Contender(name, new LinkedHashMap<>(points), rate -> {
            throw new IllegalStateException("settings that do not follow a rate");
        });
    }

    /**
     * Encodes at the rates that the first contender with settings of its own came to on the same clip.
     *
     * @param settings for a rate in bit/s
     */
    public static Contender atRates(String name, LongFunction<EncoderSettings> settings) {
        return new Contender(name, Map.of(), settings);
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

    /** One encode to be made. */
    record Point(String label, EncoderSettings settings) {}

    @Override
    public String toString() {
        return name;
    }
}
