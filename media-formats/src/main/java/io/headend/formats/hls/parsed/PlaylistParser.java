package io.headend.formats.hls.parsed;

import io.headend.core.MediaException;
import java.util.Map;

/**
 * Reads playlists of RFC 8216bis.
 *
 * <p>It reads what players read: unknown tags and attributes are passed over, a segment may be longer than the target duration,
 * optional attributes may be missing. It refuses what cannot be understood: a first line other than {@code #EXTM3U}, tags of
 * both kinds of playlist, numbers that are none, variables that are not defined.
 *
 * <p>Bounds: {@value #MOST_CHARACTERS} characters, {@value #MOST_SEGMENTS} segments, parts or other entries of one kind, each line
 * {@value #LONGEST_LINE} characters after substitution of variables.
 */
public final class PlaylistParser {

    public static final int MOST_CHARACTERS = 16 << 20;
    public static final int MOST_SEGMENTS = 100_000;
    public static final int LONGEST_LINE = 16 << 10;

    private PlaylistParser() {}

    /**
     * Reads a playlist of either kind that imports no variables.
     *
     * @throws MediaException {@code MALFORMED}, with the number of the line
     */
    public static ParsedPlaylist parse(String text) {
        return parse(text, Map.of(), Map.of());
    }

    /**
     * Reads a playlist of either kind.
     *
     * @param imported variables of the multivariant playlist, for {@code IMPORT}
     * @param queryParameters of the playlist's own URI, for {@code QUERYPARAM}
     * @throws MediaException {@code MALFORMED}, with the number of the line
     */
    public static ParsedPlaylist parse(String text, Map<String, String> imported, Map<String, String> queryParameters) {
        if (text.length() > MOST_CHARACTERS) {
            throw MediaException.malformed(
                    "a playlist of " + text.length() + " characters, more than " + MOST_CHARACTERS + ", is not read");
        }
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Variables variables = new Variables(imported, queryParameters);
        MediaLines media = new MediaLines();
        MultivariantLines multivariant = new MultivariantLines();
        int number = 0;
        for (String raw : (Iterable<String>) content.lines()::iterator) {
            number++;
            String line = raw.strip();
            try {
                if (number == 1 && !line.equals("#EXTM3U") && !line.startsWith("#EXTM3U ")) {
                    throw MediaException.malformed(
                            "a playlist begins with #EXTM3U, this one with '" + Values.shown(line) + "'");
                }
                line(line, variables, media, multivariant);
            } catch (MediaException e) {
                throw new MediaException(e.code(), "line " + number + " of the playlist: " + e.getMessage(), e);
            }
        }
        if (number == 0) {
            throw MediaException.malformed("the playlist is empty");
        }
        if (media.isUsed() && multivariant.isUsed()) {
            throw MediaException.malformed("the playlist has tags of both a multivariant and a media playlist");
        }
        return multivariant.isUsed() ? multivariant.build(variables.all()) : media.build();
    }

    private static void line(String line, Variables variables, MediaLines media, MultivariantLines multivariant) {
        if (line.length() > LONGEST_LINE) {
            throw MediaException.malformed("a line of " + line.length() + " characters");
        }
        if (line.isEmpty() || (line.startsWith("#") && !line.startsWith("#EXT"))) {
            return;
        }
        if (!line.startsWith("#")) {
            String uri = variables.substitute(line);
            if (!multivariant.uri(uri)) {
                media.uri(uri);
            }
            return;
        }
        int colon = line.indexOf(':');
        String tag = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (tag.equals("#EXT-X-DEFINE")) {
            variables.define(AttributeList.parse(value));
        } else if (!multivariant.tag(tag, variables.substitute(value))) {
            media.tag(tag, variables.substitute(value));
        }
    }
}
