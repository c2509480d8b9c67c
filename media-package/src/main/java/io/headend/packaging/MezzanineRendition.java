package io.headend.packaging;

import io.headend.core.Track;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One rendition of a {@link Mezzanine}: what makes its segments. */
sealed interface MezzanineRendition permits SampleRendition, TextRendition, TrickRendition {

    /** The track as it begins. */
    Track track();

    /** What manifests say of its CMAF segments. */
    PublishedTrack published();

    /** What HLS playlists say of it: the same, where its segments are the same. */
    default PublishedTrack inHls() {
        return published();
    }

    /** Initialisation segment {@code name}, as entries of segments name it. */
    ByteBuffer init(String name);

    /** Names of the initialisation segments, the first one first. */
    List<String> inits();

    /** How many segments. */
    int size();

    /**
     * Makes a segment, usually as one chunk.
     *
     * @param to takes each chunk; its bytes are lent until the call returns
     */
    void segment(int number, Consumer<Chunk> to);

    /**
     * The segment as text, for HLS; empty where HLS takes the CMAF segment.
     *
     * @param mpegTime ticks of 90 kHz at which media time zero is
     */
    default Optional<ByteBuffer> text(int number, long mpegTime) {
        return Optional.empty();
    }

    /** Bytes of samples of a segment. */
    long sampleBytes(int number);

    /** Presentation time at which it ends. */
    long endNanos();

    default String name() {
        return track().name();
    }
}
