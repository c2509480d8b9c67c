package io.headend.formats.text;

import io.headend.core.MediaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SubRip files ({@code .srt}), which have no standard: what players agree on. */
public final class SubRip {

    private static final Pattern TIMING = Pattern.compile(
            "\\s*(\\d{1,5}:\\d{1,2}:\\d{1,2}[,.]\\d{1,3})\\s*-->\\s*(\\d{1,5}:\\d{1,2}:\\d{1,2}[,.]\\d{1,3}).*");
    private static final Pattern TAG = Pattern.compile("&lt;(/?[biu])&gt;", Pattern.CASE_INSENSITIVE);
    private static final Pattern FONT = Pattern.compile("</?font[^>]*>", Pattern.CASE_INSENSITIVE);
    private static final Pattern PLACE = Pattern.compile("\\{\\\\[^}]*\\}");

    private SubRip() {}

    /**
     * Reads a file.
     *
     * @throws MediaException {@code MALFORMED} if it has no cue, or more than 500,000
     */
    public static WebVtt parse(String file) {
        String text = file.startsWith("\uFEFF") ? file.substring(1) : file;
        List<TextCue> cues = new ArrayList<>();
        for (List<String> block : WebVtt.blocks(text)) {
            int at = block.get(0).contains("-->") ? 0 : 1;
            Matcher timing = TIMING.matcher(at < block.size() ? block.get(at) : "");
            if (timing.matches()) {
                long start = WebVtt.millis(padded(timing.group(1)));
                long end = WebVtt.millis(padded(timing.group(2)));
                String said = cueText(String.join("\n", block.subList(at + 1, block.size())));
                if (end > start && !said.isBlank()) {
                    cues.add(new TextCue(start, end, said));
                }
            }
            WebVtt.requireFew(cues);
        }
        if (cues.isEmpty()) {
            throw MediaException.malformed("it has no cue with times such as 00:00:01,000 --> 00:00:02,500");
        }
        return WebVtt.of(cues);
    }

    private static String padded(String time) {
        int point = Math.max(time.lastIndexOf(','), time.lastIndexOf('.'));
        return time.substring(0, point + 1) + (time.substring(point + 1) + "00").substring(0, 3);
    }

    /** The text of one cue of SubRip as cue text of WebVTT: bold, italic and underlined stay, colours and places do not. */
    public static String cueText(String text) {
        String plain = PLACE.matcher(FONT.matcher(text).replaceAll("")).replaceAll("");
        return TAG.matcher(TextCue.escaped(plain))
                .replaceAll(m -> "<" + m.group(1).toLowerCase(Locale.ROOT) + ">");
    }
}
