package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.http.MediaBody;
import io.headend.formats.isobmff.InitializationSegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Initialisation segments that HLS lists where keys change with time: that of the track, with the key of one crypto period. A playlist gives
 * a key by its URL alone, and players take the id that belongs to it from here. Fragments tell the same, so that MPDs need none of them.
 */
final class KeyedInit {

    private static final String SUFFIX = ".mp4";

    private static final Pattern NAME = Pattern.compile("init(?:-\\d{1,18})?\\.[0-9a-f]{32}\\.mp4");

    private KeyedInit() {}

    /** Whether a file of a rendition is one by its name. */
    static boolean is(String file) {
        return NAME.matcher(file).matches();
    }

    /** Its name, or that of the track's own where the key is the one which that tells. */
    static String name(String init, @Nullable ContentProtection key) {
        if (key == null || !init.endsWith(SUFFIX)) {
            return init;
        }
        String stem = init.substring(0, init.length() - SUFFIX.length());
        return stem + "." + key.keyId().toString().replace("-", "") + SUFFIX;
    }

    /** All that playlists of a track name, by name. */
    static Map<String, StoredObject> of(PublishedTrack track) {
        Map<String, StoredObject> all = new LinkedHashMap<>();
        for (SegmentEntry entry : track.segments()) {
            ContentProtection key = entry.layout().key();
            if (key != null) {
                all.computeIfAbsent(name(entry.init(), key), name -> object(track, entry.init(), key));
            }
        }
        OpenSegment open = track.open();
        if (open != null) {
            ContentProtection key = open.needs().key();
            if (key != null) {
                all.computeIfAbsent(name(open.init(), key), name -> object(track, open.init(), key));
            }
        }
        return all;
    }

    private static StoredObject object(PublishedTrack track, String init, ContentProtection key) {
        PublishedTrack as = track.others().getOrDefault(init, track);
        ByteBuffer bytes = InitializationSegment.of(as.track(), key);
        return new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes));
    }
}
