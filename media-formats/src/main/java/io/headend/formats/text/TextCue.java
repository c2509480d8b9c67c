package io.headend.formats.text;

import java.util.stream.Collectors;

/**
 * One cue of WebVTT, whatever it was read from.
 *
 * @param start milliseconds
 * @param end milliseconds, more than {@code start}
 * @param id its identifier, empty where it has none
 * @param settings position and alignment as WebVTT writes them, empty where there are none
 * @param text cue text in the markup of WebVTT, lines ended by {@code \n}, none of them empty
 */
public record TextCue(long start, long end, String id, String settings, String text) {

    public TextCue {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("a cue cannot last from " + start + " to " + end + " ms");
        }
        id = oneLine(id);
        settings = oneLine(settings);
        text = text.lines().filter(line -> !line.isBlank()).collect(Collectors.joining("\n"));
    }

    /** A cue without identifier and settings. */
    public TextCue(long start, long end, String text) {
        this(start, end, "", "", text);
    }

    private static String oneLine(String words) {
        return words.replace('\n', ' ').replace('\r', ' ').replace("-->", "").strip();
    }

    /** Whether it is shown at some time from {@code from} on and before {@code to}. */
    public boolean within(long from, long to) {
        return start < to && end > from;
    }

    /** Plain text as cue text. */
    public static String escaped(String plain) {
        return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
