package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * HTTP Live Streaming, live or on demand (RFC 8216bis).
 *
 * @param uri of the multivariant or media playlist: {@code http}, {@code https} or {@code file}
 * @param alternates further places of the same playlist, tried in turn when one fails
 * @param choice which variant to take
 * @param patience how long a playlist may fail or stand still before the input fails
 */
public record Hls(URI uri, List<URI> alternates, Choice choice, Duration patience) implements InputSpec {

    /**
     * The variant with the highest bandwidth within bounds; where none is within, the one with the lowest.
     *
     * @param mostBandwidth bit/s, 0 for no bound
     * @param mostHeight picture rows, 0 for no bound
     */
    public record Choice(long mostBandwidth, int mostHeight) {
        public static final Choice BEST = new Choice(0, 0);

        public Choice {
            if (mostBandwidth < 0 || mostHeight < 0) {
                throw MediaException.invalidArgument("bounds of a variant are at least 0, not " + mostBandwidth
                        + " bit/s and " + mostHeight + " rows");
            }
        }
    }

    /**
     * @throws MediaException {@code INVALID_ARGUMENT} if an address has another scheme or no host
     */
    public Hls {
        alternates = List.copyOf(alternates);
        check(uri);
        alternates.forEach(Hls::check);
    }

    private static void check(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        boolean http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
        if (!(http && uri.getHost() != null) && !scheme.equalsIgnoreCase("file")) {
            throw MediaException.invalidArgument("'" + RedactedUrl.of(uri.toString())
                    + "' is no address of a playlist; give http(s)://host/….m3u8 or a file");
        }
    }

    /** The best variant, with a minute of patience. */
    public static Hls of(URI uri) {
        return new Hls(uri, List.of(), Choice.BEST, Duration.ofMinutes(1));
    }

    public Hls withChoice(Choice newChoice) {
        return new Hls(uri, alternates, newChoice, patience);
    }

    public Hls withAlternates(List<URI> newAlternates) {
        return new Hls(uri, newAlternates, choice, patience);
    }

    public Hls withPatience(Duration newPatience) {
        return new Hls(uri, alternates, choice, newPatience);
    }

    @Override
    public String url() {
        return uri.toString();
    }

    @Override
    public String toString() {
        return "Hls[" + RedactedUrl.of(url()) + "]";
    }
}
