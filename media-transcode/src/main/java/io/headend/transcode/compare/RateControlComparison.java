package io.headend.transcode.compare;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Encodes clips under several rate controls at several rates each, every encode with one thread, scores them, and reports
 * curves and rate differences. The same inputs and settings give the same bits and the same numbers, but for processor time.
 *
 * <p><b>Threading:</b> encodes and scores run on the executor, as many at a time as it has threads; {@link #run} waits for them.
 * Encodes with x265 and SVT-AV1, which have threads of their own, take turns.
 */
public final class RateControlComparison {

    private final ComparisonRun run;

    private RateControlComparison(Builder settings) {
        run = new ComparisonRun(settings);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Settings of a comparison. */
    public static final class Builder {

        final Map<String, String> clips = new LinkedHashMap<>();
        final Map<String, List<Path>> foreign = new LinkedHashMap<>();
        final List<Contender> contenders = new ArrayList<>();
        final Map<String, PictureSize> sizes = new LinkedHashMap<>();

        @Nullable
        PictureSize size;

        Duration gop = Duration.ofSeconds(2);
        Executor executor = Runnable::run;
        Progress progress = (done, total) -> {};

        @Nullable
        Path folder;

        private Builder() {}

        /**
         * Adds a clip.
         *
         * @param name unlike that of other clips; names files
         * @param url as FFmpeg takes it
         */
        public Builder clip(String name, String url) {
            if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}") || clips.containsKey(name)) {
                throw MediaException.invalidArgument("clip '" + name
                        + "' is there already or its name is not 1 to 128 of A-Z a-z 0-9 . _ -; rename the file");
            }
            clips.put(name, url);
            return this;
        }

        /** Adds a file with every picture of a clip once that was encoded elsewhere; reported as control {@code anchor}. */
        public Builder foreign(String clip, Path file) {
            foreign.computeIfAbsent(clip, name -> new ArrayList<>()).add(file);
            return this;
        }

        /** Adds a contender; the first is what the others are held against. */
        public Builder contender(Contender contender) {
            if (contender.name().equals(ComparisonRun.FOREIGN)
                    || contenders.stream().anyMatch(other -> other.name().equals(contender.name()))) {
                throw MediaException.invalidArgument("two rate controls are called '" + contender.name() + "'");
            }
            contenders.add(contender);
            return this;
        }

        /** Size at which all other clips are encoded and scored; each clip's own unless set. */
        public Builder size(PictureSize pictures) {
            size = pictures;
            return this;
        }

        /** Size at which one clip is encoded and scored. */
        public Builder size(String clip, PictureSize pictures) {
            sizes.put(clip, pictures);
            return this;
        }

        /** From one IDR picture to the next; 2 s unless set. */
        public Builder gop(Duration length) {
            if (length.isNegative() || length.isZero() || length.compareTo(Duration.ofMinutes(1)) > 0) {
                throw MediaException.invalidArgument("a GOP lasts up to a minute, not " + length);
            }
            gop = length;
            return this;
        }

        /** Where encodes and scores run; the calling thread unless set. */
        public Builder executor(Executor hostExecutor) {
            executor = hostExecutor;
            return this;
        }

        /** Is told how far the work is, by any thread; it returns at once. */
        public Builder progress(Progress listener) {
            progress = listener;
            return this;
        }

        /** Keeps every encode here as {@code CLIP.CONTROL.RATEk.mp4}; otherwise they are deleted. */
        public Builder keep(Path existingFolder) {
            folder = existingFolder;
            return this;
        }

        public RateControlComparison build() {
            if (clips.isEmpty() || contenders.isEmpty()) {
                throw MediaException.invalidArgument("a comparison needs at least one clip and one rate control");
            }
            if (contenders.stream().allMatch(Contender::followsRates)) {
                throw MediaException.invalidArgument(
                        "rate controls that follow the rates of another need one with settings of its own");
            }
            for (String clip : named()) {
                if (!clips.containsKey(clip)) {
                    throw new MediaException(MediaErrorCode.NOT_FOUND, "no clip is called '" + clip + "'");
                }
            }
            return new RateControlComparison(this);
        }

        private Set<String> named() {
            Set<String> names = new HashSet<>(foreign.keySet());
            names.addAll(sizes.keySet());
            return names;
        }
    }

    /** Takes news of the work. */
    @FunctionalInterface
    public interface Progress {

        /**
         * @param done pictures encoded or scored
         * @param total pictures to be encoded or scored as far as known
         */
        void update(long done, long total);
    }

    /**
     * Encodes and scores everything, once.
     *
     * @throws MediaException if a clip cannot be read, an encoder refuses its settings or a file cannot be written; what is
     *     under way ends first
     */
    public ComparisonReport run() {
        return run.run();
    }

    static EpochGrid grid(Rational frameRate, Duration gop) {
        return EpochGrid.nearest(frameRate, gop, gop);
    }
}
