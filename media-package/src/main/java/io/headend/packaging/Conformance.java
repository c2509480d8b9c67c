package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Checks finished output against the MUST rules of the HLS authoring specification, as far as they can be seen in playlists and segments,
 * and against basics of ISO-BMFF, CMAF and DASH. Works on what this product wrote and on anybody's.
 *
 * <p>A presentation is judged by what a player fetches: manifests and segments are read back, not looked up in memory. {@link #rules} says of
 * every rule how it is checked, or why it cannot be.
 *
 * <p><b>Threading:</b> stateless.
 */
public final class Conformance {

    private Conformance() {}

    /** Where manifests and segments come from, by path below the folder of the multivariant playlist. */
    @FunctionalInterface
    public interface Source {

        /**
         * @param path with slashes, without dot segments
         * @return the bytes, or empty where there is no such object
         */
        Optional<ByteBuffer> find(String path);
    }

    /**
     * One rule.
     *
     * @param id number in the authoring specification, or a name of ours such as {@code iso.trun}
     * @param says the rule in a few words
     * @param how what is looked at; for a rule that is not visible, why
     * @param visible whether it can be checked from manifests and segments
     */
    public record Rule(String id, String says, String how, boolean visible) {}

    /**
     * One violation.
     *
     * @param rule {@link Rule#id}
     * @param where path of the manifest or segment
     * @param what what is wrong, one sentence
     */
    public record Violation(String rule, String where, String what) {
        @Override
        public String toString() {
            return rule + " " + where + ": " + what;
        }
    }

    /** Every rule that is known, in the order of the authoring specification, then ours. */
    public static List<Rule> rules() {
        return ConformanceRules.ALL;
    }

    /**
     * Checks what a store serves at present: HLS and DASH.
     *
     * @param presentation judged as a player sees it
     * @param reader where its segments are
     */
    public static List<Violation> check(Presentation presentation, SegmentReader reader) {
        Manifests manifests = Manifests.of(presentation);
        Map<String, StoredObject> inits = manifests.inits();
        Source source = path -> {
            StoredObject manifest = inits.containsKey(path) ? inits.get(path) : manifests.get(path);
            return manifest != null ? bytes(manifest) : stored(reader, path);
        };
        List<Violation> all = new ArrayList<>(checkHls(source, Manifests.MULTIVARIANT));
        if (!presentation.isHlsAlone()) {
            all.addAll(checkDash(source, Manifests.MPD));
        }
        return all;
    }

    private static Optional<ByteBuffer> stored(SegmentReader reader, String path) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String rendition = path.substring(0, slash);
        String name = path.substring(slash + 1);
        if (name.endsWith(".mp4")) {
            return reader.init(rendition, name).flatMap(Conformance::bytes);
        }
        if (!name.matches("\\d{1,18}\\.(m4s|vtt)")) {
            return Optional.empty();
        }
        long number = Long.parseLong(name.substring(0, name.length() - 4));
        CompletableFuture<Optional<StoredObject>> segment =
                reader.awaitSegment(rendition, number, Duration.ZERO).toCompletableFuture();
        Optional<ByteBuffer> bytes = segment.isDone() ? segment.join().flatMap(Conformance::bytes) : Optional.empty();
        return name.endsWith(".vtt") ? bytes.map(LiveSubtitles::text) : bytes;
    }

    private static Optional<ByteBuffer> bytes(StoredObject object) {
        MediaBody body = object.body();
        if (body instanceof MediaBody.Bytes memory) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(body.length()));
            memory.parts().forEach(all::put);
            return Optional.of(all.flip());
        }
        if (body instanceof MediaBody.FileRegion region) {
            return FileSource.read(region.file(), region.offset(), region.length());
        }
        return Optional.empty();
    }

    /** What lies below a folder. */
    public static Source folder(Path folder) {
        return new FileSource(folder);
    }

    /**
     * Checks a multivariant playlist, all that it names, and all that those name.
     *
     * @return what is violated, empty where nothing is
     */
    public static List<Violation> checkHls(Source source, String multivariant) {
        HlsConformance check = new HlsConformance(source);
        try {
            check.multivariant(multivariant);
        } catch (MediaException e) {
            check.found().add(new Violation("hls.syntax", multivariant, sentence(e)));
        }
        return List.copyOf(check.found());
    }

    /** Checks an MPD and the segments that it names. */
    public static List<Violation> checkDash(Source source, String mpd) {
        DashConformance check = new DashConformance(source, mpd);
        try {
            check.run();
        } catch (MediaException e) {
            check.found().add(new Violation("dash.syntax", mpd, sentence(e)));
        }
        return List.copyOf(check.found());
    }

    static String sentence(MediaException e) {
        return String.valueOf(e.getMessage());
    }
}
