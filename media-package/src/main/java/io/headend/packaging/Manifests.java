package io.headend.packaging;

import io.headend.core.http.MediaBody;
import io.headend.formats.dash.Mpd;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Every manifest of one snapshot, by its path below the channel, and the {@link KeyedInit}s that its playlists name; each is written
 * when it is first asked for.
 */
final class Manifests {

    static final String MULTIVARIANT = "master.m3u8";
    static final String MPD = "manifest.mpd";
    static final String MEDIA = "media.m3u8";
    static final String IFRAMES = "iframes.m3u8";
    static final String PATCH = "manifest.mpp";
    static final String TIME = "time";

    private static final String UPDATE = "?skip";
    private static final String GZIP = "?gzip";

    private final Presentation presentation;
    private final Presentation hls;
    private final Map<String, Supplier<String>> writers = new LinkedHashMap<>();
    private final Map<String, StoredObject> documents = new ConcurrentHashMap<>();

    private Manifests(Presentation presentation, Presentation hls) {
        this.presentation = presentation;
        this.hls = hls;
    }

    /** Of a presentation that is served by an origin. */
    static Manifests of(Presentation presentation) {
        return of(presentation, presentation.inHls(), true, "");
    }

    /** The same, and the playlists of its transport stream form where it has one. */
    Manifests with(TransportStreams streams, String query) {
        Presentation listing = streams.listing(presentation);
        if (listing != null) {
            HlsForm form = HlsForm.TRANSPORT_STREAM;
            writers.put(form.multivariant(), () -> HlsWriter.multivariant(listing, query, form));
            for (PublishedTrack track : listing.tracks()) {
                writers.put(track.name() + "/" + form.media(), () -> HlsWriter.media(listing, track, form));
                if (HlsWriter.hasIframes(track)) {
                    writers.put(track.name() + "/" + form.iframes(), () -> HlsWriter.iframes(listing, track, form));
                }
            }
        }
        return this;
    }

    /**
     * Of a presentation whose segments are not all the same in HLS.
     *
     * @param hls the same as HLS lists it
     * @param more what is added to the MPD
     */
    static Manifests of(Presentation presentation, Presentation hls, UnaryOperator<Mpd> more) {
        Manifests manifests = of(presentation, hls, false, "");
        manifests.writers.put(
                MPD, () -> more.apply(DashWriter.document(presentation, false)).toXml());
        return manifests;
    }

    /** Of what a client asked for specially. */
    static Manifests view(Presentation presentation, String query) {
        return of(presentation, presentation.inHls(), false, query);
    }

    /** To be served by anything that serves files. */
    static Manifests files(Presentation presentation) {
        return of(presentation, presentation.withoutText(), false, "");
    }

    private static Manifests of(Presentation presentation, Presentation hls, boolean patched, String query) {
        Manifests manifests = new Manifests(presentation, hls);
        manifests.writers.put(MULTIVARIANT, () -> HlsWriter.multivariant(hls, query));
        for (PublishedTrack track : hls.tracks()) {
            manifests.writers.put(track.name() + "/" + MEDIA, () -> HlsWriter.media(hls, track));
            if (HlsWriter.hasIframes(track)) {
                manifests.writers.put(track.name() + "/" + IFRAMES, () -> HlsWriter.iframes(hls, track));
            }
        }
        if (!presentation.isHlsAlone()) {
            manifests.writers.put(
                    MPD, () -> DashWriter.document(presentation, patched).toXml());
        }
        return manifests;
    }

    Presentation presentation() {
        return presentation;
    }

    @Nullable
    StoredObject get(String path) {
        Supplier<String> writer = writers.get(path);
        return writer == null ? null : documents.computeIfAbsent(path, p -> document(writer.get()));
    }

    /** The same compressed, once however many ask. */
    @Nullable
    StoredObject get(String path, boolean gzip) {
        StoredObject plain = get(path);
        return plain == null || !gzip ? plain : documents.computeIfAbsent(path + GZIP, p -> ContentCoding.gzip(plain));
    }

    StoredObject update(PublishedTrack track, boolean gzip) {
        StoredObject plain = update(track);
        return gzip ? documents.computeIfAbsent(track.name() + UPDATE + GZIP, p -> ContentCoding.gzip(plain)) : plain;
    }

    /** The media playlist of a track without the segments that the client has. */
    StoredObject update(PublishedTrack track) {
        return documents.computeIfAbsent(track.name() + UPDATE, p -> document(HlsWriter.update(presentation, track)));
    }

    /** Initialisation segments that playlists name and no packager wrote, by path. */
    Map<String, StoredObject> inits() {
        Map<String, StoredObject> all = new LinkedHashMap<>();
        for (PublishedTrack track : hls.tracks()) {
            KeyedInit.of(track).forEach((name, init) -> all.put(track.name() + "/" + name, init));
        }
        return all;
    }

    /** All manifests, each behind those that it names. */
    Map<String, StoredObject> documents() {
        Map<String, StoredObject> all = new LinkedHashMap<>();
        for (boolean top : new boolean[] {false, true}) {
            for (String path : writers.keySet()) {
                StoredObject document = isTop(path) == top ? get(path) : null;
                if (document != null) {
                    all.put(path, document);
                }
            }
        }
        return all;
    }

    /** Whether a manifest names others, or is the MPD. */
    static boolean isTop(String path) {
        return path.indexOf('/') < 0;
    }

    private static StoredObject document(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes));
    }
}
