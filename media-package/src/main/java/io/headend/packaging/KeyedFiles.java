package io.headend.packaging;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which {@link KeyedInit}s a store has written. Players may have a playlist of a moment ago, so they leave as late as the segments that
 * need them.
 */
final class KeyedFiles {

    // how many listings ago each was named last
    private final Map<String, Integer> age = new HashMap<>();

    /** Those that an earlier run left. */
    void found(Collection<String> paths) {
        paths.forEach(path -> age.put(path, 0));
    }

    boolean has(String path) {
        return age.containsKey(path);
    }

    /** Tells that playlists which name these are written; gives back those to remove. */
    List<String> listed(Set<String> named) {
        List<String> gone = new ArrayList<>();
        named.forEach(path -> age.put(path, -1));
        age.replaceAll((path, listings) -> listings + 1);
        age.forEach((path, listings) -> {
            if (listings > SegmentWriter.AHEAD) {
                gone.add(path);
            }
        });
        gone.forEach(age::remove);
        return gone;
    }
}
