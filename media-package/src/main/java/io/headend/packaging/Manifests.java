package io.headend.packaging;

import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every manifest of one snapshot, by its path below the channel. */
final class Manifests {

    static final String MULTIVARIANT = "master.m3u8";
    static final String MPD = "manifest.mpd";
    static final String TIME = "time";

    private final Presentation presentation;
    private final Map<String, StoredObject> documents;

    private Manifests(Presentation presentation, Map<String, StoredObject> documents) {
        this.presentation = presentation;
        this.documents = documents;
    }

    static Manifests of(Presentation presentation) {
        Map<String, StoredObject> documents = new LinkedHashMap<>();
        put(documents, MULTIVARIANT, HlsWriter.multivariant(presentation));
        for (PublishedTrack track : presentation.tracks()) {
            put(documents, track.name() + "/media.m3u8", HlsWriter.media(presentation, track));
        }
        put(documents, MPD, DashWriter.mpd(presentation));
        return new Manifests(presentation, documents);
    }

    Presentation presentation() {
        return presentation;
    }

    @Nullable
    StoredObject get(String path) {
        return documents.get(path);
    }

    Map<String, StoredObject> documents() {
        return documents;
    }

    private static void put(Map<String, StoredObject> documents, String path, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        documents.put(path, new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes)));
    }
}
