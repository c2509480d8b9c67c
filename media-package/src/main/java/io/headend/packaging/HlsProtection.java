package io.headend.packaging;

import io.headend.core.Track;
import io.headend.formats.hls.SegmentProtector;
import io.headend.formats.mpegts.UnitProtector;
import java.util.Optional;
import java.util.function.Function;

/**
 * Encryption that only HLS knows.
 *
 * @param segments whole segments, by the name of the rendition
 * @param units access units in transport streams
 */
record HlsProtection(
        Function<String, Optional<SegmentProtector>> segments, Function<Track, Optional<UnitProtector>> units) {

    static final HlsProtection NONE = new HlsProtection(name -> Optional.empty(), track -> Optional.empty());
}
