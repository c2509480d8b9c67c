package io.headend.examples;

import io.headend.core.MediaException;
import io.headend.core.TrackRole;
import io.headend.packaging.Subtitles;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a command line names subtitles: {@code en:film.vtt}, {@code de,forced:film.srt}, or as an input {@code film.en.vtt}. */
final class SubtitleFile {

    private static final String LANGUAGE = "[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*";

    private SubtitleFile() {}

    /** Whether an input is a file of subtitles, by its name. */
    static boolean is(String input) {
        String name = input.toLowerCase(Locale.ROOT);
        return List.of(".vtt", ".srt", ".ttml", ".dfxp").stream().anyMatch(name::endsWith);
    }

    /** An input that {@link #is} one: the language is the part of its name before the ending. */
    static Subtitles input(String input) {
        List<String> parts = List.of(Path.of(input).getFileName().toString().split("\\.", -1));
        String language = null;
        Set<TrackRole> roles = EnumSet.noneOf(TrackRole.class);
        for (String part : parts.subList(Math.min(1, parts.size() - 1), parts.size() - 1)) {
            if (!role(part, roles) && part.matches(LANGUAGE)) {
                language = part;
            }
        }
        return new Subtitles(Path.of(input), language, roles);
    }

    /** {@code LANG[,forced][,sdh]:FILE}. */
    static Subtitles option(String text) {
        int colon = text.indexOf(':');
        List<String> words = List.of(text.substring(0, Math.max(0, colon)).split(",", -1));
        Set<TrackRole> roles = EnumSet.noneOf(TrackRole.class);
        boolean known = words.get(0).matches(LANGUAGE)
                && words.subList(1, words.size()).stream().allMatch(word -> role(word, roles));
        if (!known) {
            throw MediaException.invalidArgument("--subtitles '" + text
                    + "' names no language; write --subtitles en:film.vtt, or de,forced:film.srt, or en,sdh:film.ttml");
        }
        return new Subtitles(Path.of(text.substring(colon + 1)), words.get(0), roles);
    }

    private static boolean role(String word, Set<TrackRole> into) {
        @Nullable
        TrackRole role = switch (word.toLowerCase(Locale.ROOT)) {
            case "forced" -> TrackRole.FORCED;
            case "sdh", "cc" -> TrackRole.HARD_OF_HEARING;
            default -> null;
        };
        if (role != null) {
            into.add(role);
        }
        return role != null;
    }
}
