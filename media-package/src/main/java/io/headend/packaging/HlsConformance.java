package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedMultivariant.Rendition;
import io.headend.formats.hls.parsed.ParsedMultivariant.Variant;
import io.headend.formats.hls.parsed.ParsedPlaylist;
import io.headend.formats.hls.parsed.ParsedSegment;
import io.headend.formats.hls.parsed.PlaylistParser;
import io.headend.packaging.CheckedPlaylist.Checked;
import io.headend.packaging.Conformance.Violation;
import io.headend.packaging.ProtectionConformance.Header;
import io.headend.packaging.SegmentFacts.Finding;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks from a multivariant playlist to everything that it names, and has it checked. */
final class HlsConformance {

    private static final int MOST_REPORTED = 1_000;

    private final Conformance.Source source;
    private final List<Violation> found = new ArrayList<>();
    private final Map<String, CheckedPlaylist> playlists = new LinkedHashMap<>();
    private final Map<String, @Nullable InitFacts> inits = new HashMap<>();
    private final Map<String, Header> headers = new HashMap<>();

    HlsConformance(Conformance.Source source) {
        this.source = source;
    }

    List<Violation> found() {
        return found;
    }

    void violation(String rule, String where, String what) {
        if (found.size() < MOST_REPORTED) {
            found.add(new Violation(rule, where, what));
        }
    }

    void multivariant(String path) {
        String text = text(path);
        if (text == null) {
            return;
        }
        ParsedPlaylist parsed = PlaylistParser.parse(text);
        if (parsed instanceof ParsedMedia media) {
            new MediaConformance(this).check(read(path, text, media, false));
            return;
        }
        ParsedMultivariant playlist = (ParsedMultivariant) parsed;
        for (Variant variant : playlist.variants()) {
            media(resolve(path, variant.uri()), false, playlist);
        }
        for (Rendition rendition : playlist.renditions()) {
            String uri = rendition.uri();
            if (uri != null) {
                media(resolve(path, uri), false, playlist);
            }
        }
        for (Variant iframes : playlist.iframes()) {
            media(resolve(path, iframes.uri()), true, playlist);
        }
        MediaConformance media = new MediaConformance(this);
        playlists.values().forEach(media::check);
        new MultivariantConformance(this, path, text, playlist, playlists).check();
    }

    private void media(String path, boolean iframes, ParsedMultivariant parent) {
        if (playlists.containsKey(path)) {
            return;
        }
        String text = text(path);
        if (text == null) {
            return;
        }
        try {
            if (PlaylistParser.parse(text, parent.variables(), Map.of()) instanceof ParsedMedia media) {
                playlists.put(path, read(path, text, media, iframes));
            } else {
                violation("hls.syntax", path, "a multivariant playlist stands where a media playlist must");
            }
        } catch (MediaException e) {
            violation("hls.syntax", path, Conformance.sentence(e));
        }
    }

    private CheckedPlaylist read(String path, String text, ParsedMedia media, boolean iframes) {
        CheckedPlaylist playlist = new CheckedPlaylist(path, text, media, iframes);
        for (ParsedSegment segment : media.segments()) {
            playlist.segments().add(segment(playlist, segment));
        }
        return playlist;
    }

    private Checked segment(CheckedPlaylist playlist, ParsedSegment segment) {
        InitFacts init = init(playlist, segment);
        if (segment.gap()) {
            return new Checked(segment, null, init, 0);
        }
        String path = resolve(playlist.path(), segment.uri());
        Optional<ByteBuffer> whole = source.find(path);
        if (whole.isEmpty()) {
            violation("hls.files", path, "listed in " + playlist.path() + ", but there is no such segment");
            return new Checked(segment, null, init, 0);
        }
        ByteBuffer bytes = ranged(whole.get(), segment.form().range());
        if (bytes == null) {
            violation("hls.files", path, "the byte range in " + playlist.path() + " reaches behind its end");
            return new Checked(segment, null, init, 0);
        }
        if (playlist.isIframes()) {
            new IframeConformance(this).check(playlist, segment, path, bytes);
            return new Checked(segment, null, init, bytes.remaining());
        }
        protection(playlist, segment, path, bytes);
        SegmentFacts facts = facts(playlist, segment, path, bytes, init);
        if (facts != null) {
            for (Finding finding : facts.findings()) {
                violation(finding.rule(), path, finding.what());
            }
        }
        return new Checked(segment, facts, init, bytes.remaining());
    }

    private void protection(CheckedPlaylist playlist, ParsedSegment segment, String path, ByteBuffer bytes) {
        ParsedSegment.InitializationSection map = segment.form().map();
        String name = map == null ? "" : resolve(playlist.path(), map.uri());
        try {
            Header header = headers.get(name + "@" + map);
            if (header == null) {
                header = source.find(name)
                        .map(whole -> map == null ? null : ranged(whole, map.range()))
                        .map(Header::of)
                        .orElse(Header.CLEAR);
                headers.put(name + "@" + map, header);
            }
            for (Finding finding : ProtectionConformance.listed(segment, bytes, header)) {
                violation(finding.rule(), path, finding.what());
            }
        } catch (MediaException e) {
            violation("iso.boxes", path, Conformance.sentence(e));
        }
    }

    private static @Nullable ByteBuffer ranged(ByteBuffer whole, ParsedMedia.@Nullable ByteRange range) {
        if (range == null) {
            return whole;
        }
        return range.offset() > whole.remaining() - range.length()
                ? null
                : whole.slice(whole.position() + (int) range.offset(), (int) range.length());
    }

    private @Nullable SegmentFacts facts(
            CheckedPlaylist playlist, ParsedSegment segment, String path, ByteBuffer bytes, @Nullable InitFacts init) {
        boolean wholeEncrypted = segment.form().keys().stream().anyMatch(k -> "AES-128".equals(k.get("METHOD")));
        if (wholeEncrypted) {
            return null;
        }
        if (TsSegment.isTransportStream(bytes)) {
            return TsSegment.of(bytes);
        }
        if (IsoSegment.isIso(bytes)) {
            if (segment.form().map() == null) {
                violation("8.20", playlist.path(), "segments are fragmented MP4, but there is no EXT-X-MAP");
            }
            return init == null ? null : IsoSegment.of(bytes, init);
        }
        new TextConformance(this).check(playlist, path, bytes);
        return null;
    }

    private @Nullable InitFacts init(CheckedPlaylist playlist, ParsedSegment segment) {
        ParsedSegment.InitializationSection map = segment.form().map();
        if (map == null) {
            return null;
        }
        String path = resolve(playlist.path(), map.uri());
        String key = path + "@" + map.range();
        if (inits.containsKey(key)) {
            return inits.get(key);
        }
        InitFacts facts = null;
        Optional<ByteBuffer> bytes = source.find(path).map(whole -> ranged(whole, map.range()));
        if (bytes.isEmpty()) {
            violation(
                    "hls.files", path, "named in " + playlist.path() + ", but there is no such initialisation segment");
        } else {
            try {
                facts = InitFacts.of(bytes.get());
                for (Finding finding : facts.findings()) {
                    violation(finding.rule(), path, finding.what());
                }
            } catch (MediaException e) {
                violation("iso.boxes", path, Conformance.sentence(e));
            }
        }
        inits.put(key, facts);
        return facts;
    }

    private @Nullable String text(String path) {
        Optional<ByteBuffer> bytes = source.find(path);
        if (bytes.isEmpty()) {
            violation("hls.files", path, "there is no such playlist");
            return null;
        }
        return StandardCharsets.UTF_8.decode(bytes.get()).toString();
    }

    /** A reference of a playlist as a path below the root. */
    static String resolve(String base, String reference) {
        try {
            URI resolved = URI.create("http://h/" + base.replace(" ", "%20")).resolve(reference.replace(" ", "%20"));
            String path = resolved.getPath();
            return path.startsWith("/") ? path.substring(1) : path;
        } catch (IllegalArgumentException e) {
            return reference;
        }
    }
}
