package io.headend.transcode;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Which of a program's tracks is transcoded: the largest picture and the sound with the most channels, the first of equals. */
final class TrackChoice {

    private TrackChoice() {}

    static Optional<Track> video(Collection<Track> tracks, Predicate<Track> decodable) {
        return best(
                tracks,
                Codec.Kind.VIDEO,
                decodable,
                track -> track.format() instanceof VideoFormat format ? (long) format.width() * format.height() : 0);
    }

    static Optional<Track> audio(Collection<Track> tracks, Predicate<Track> decodable) {
        return best(
                tracks,
                Codec.Kind.AUDIO,
                decodable,
                track -> track.format() instanceof AudioFormat format ? format.channels() : 0);
    }

    private static Optional<Track> best(
            Collection<Track> tracks, Codec.Kind kind, Predicate<Track> decodable, ToLongFunction<Track> worth) {
        // max() keeps the last of equals; the first is wanted.
        return tracks.stream()
                .filter(track -> track.kind() == kind)
                .filter(decodable)
                .reduce((a, b) -> Comparator.comparingLong(worth).compare(b, a) > 0 ? b : a);
    }
}
