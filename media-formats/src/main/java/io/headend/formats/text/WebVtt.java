package io.headend.formats.text;

import io.headend.core.MediaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebVTT file (W3C WebVTT 1).
 *
 * @param header the signature and the blocks of styles and regions, without an empty line at the end
 * @param cues by time
 */
public record WebVtt(String header, List<TextCue> cues) {

    /** As many cues as a track may have. */
    static final int MOST_CUES = 500_000;

    private static final String SIGNATURE = "WEBVTT";
    private static final Pattern TIMING = Pattern.compile(
            "\\s*((?:\\d{2,7}:)?[0-5]\\d:[0-5]\\d\\.\\d{3})\\s*-->\\s*((?:\\d{2,7}:)?[0-5]\\d:[0-5]\\d\\.\\d{3})(.*)");

    public WebVtt {
        cues = cues.stream()
                .sorted(Comparator.comparingLong(TextCue::start).thenComparingLong(TextCue::end))
                .toList();
    }

    /** A file that has cues alone. */
    public static WebVtt of(List<TextCue> cues) {
        return new WebVtt(SIGNATURE, cues);
    }

    /**
     * Reads a file. Cues that contradict themselves are left out, as the standard asks.
     *
     * @throws MediaException {@code MALFORMED} if it does not begin with {@code WEBVTT}, or has more than 500,000 cues
     */
    public static WebVtt parse(String file) {
        String text = file.startsWith("\uFEFF") ? file.substring(1) : file;
        List<List<String>> blocks = blocks(text.replace('\0', '\uFFFD'));
        if (blocks.isEmpty() || !isSignature(blocks.get(0).get(0))) {
            throw MediaException.malformed("it does not begin with WEBVTT");
        }
        List<String> header = new ArrayList<>(List.of(SIGNATURE));
        List<TextCue> cues = new ArrayList<>();
        for (List<String> block : blocks.subList(1, blocks.size())) {
            String first = block.get(0).strip();
            if (cues.isEmpty() && (first.equals("STYLE") || first.equals("REGION"))) {
                header.add("\n" + String.join("\n", block));
            } else if (!first.equals("NOTE") && !first.startsWith("NOTE ")) {
                cue(block, cues);
            }
            requireFew(cues);
        }
        return new WebVtt(String.join("\n", header), cues);
    }

    static void requireFew(List<TextCue> cues) {
        if (cues.size() > MOST_CUES) {
            throw MediaException.malformed("it has more than " + MOST_CUES + " cues");
        }
    }

    private static boolean isSignature(String line) {
        return line.startsWith(SIGNATURE)
                && (line.length() == SIGNATURE.length() || " \t".indexOf(line.charAt(SIGNATURE.length())) >= 0);
    }

    /** Lines between empty lines. */
    static List<List<String>> blocks(String text) {
        List<List<String>> blocks = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.isEmpty()) {
                if (!block.isEmpty()) {
                    blocks.add(block);
                    block = new ArrayList<>();
                }
            } else {
                block.add(line);
            }
        }
        if (!block.isEmpty()) {
            blocks.add(block);
        }
        return blocks;
    }

    private static void cue(List<String> block, List<TextCue> into) {
        int at = block.get(0).contains("-->") ? 0 : 1;
        if (at >= block.size()) {
            return;
        }
        Matcher timing = TIMING.matcher(block.get(at));
        if (timing.matches()) {
            long start = millis(timing.group(1));
            long end = millis(timing.group(2));
            String text = String.join("\n", block.subList(at + 1, block.size()));
            if (end > start && !text.isBlank()) {
                into.add(new TextCue(start, end, at == 0 ? "" : block.get(0), timing.group(3), text));
            }
        }
    }

    /** Hours may be missing. */
    static long millis(String time) {
        String[] parts = time.replace(",", ".").split("[:.]", -1);
        long hours = parts.length == 4 ? Long.parseLong(parts[0]) : 0;
        int at = parts.length - 3;
        return ((hours * 60 + Long.parseLong(parts[at])) * 60 + Long.parseLong(parts[at + 1])) * 1000
                + Long.parseLong(parts[at + 2]);
    }

    /** Cues that are shown between two times, each with the times of the whole cue. */
    public List<TextCue> between(long from, long to) {
        List<TextCue> some = new ArrayList<>();
        for (TextCue cue : cues) {
            if (cue.start() >= to) {
                break;
            }
            if (cue.within(from, to)) {
                some.add(cue);
            }
        }
        return some;
    }

    /** The same with every time moved; what then ends before zero is left out. */
    public WebVtt moved(long millis) {
        return new WebVtt(
                header,
                cues.stream()
                        .filter(cue -> cue.end() + millis > 0)
                        .map(cue -> new TextCue(
                                Math.max(0, cue.start() + millis),
                                cue.end() + millis,
                                cue.id(),
                                cue.settings(),
                                cue.text()))
                        .toList());
    }

    /**
     * A segment for HLS (RFC 8216bis, 3.1.4): a file of its own with the cues shown in it.
     *
     * @param mpegTime ticks of 90 kHz in the media at which its cues count zero
     */
    public String segment(long from, long to, long mpegTime) {
        StringBuilder out = new StringBuilder(256);
        int line = header.indexOf('\n');
        out.append(line < 0 ? header : header.substring(0, line));
        out.append("\nX-TIMESTAMP-MAP=MPEGTS:").append(mpegTime).append(",LOCAL:00:00:00.000\n");
        out.append(line < 0 ? "" : header.substring(line + 1) + "\n");
        between(from, to).forEach(cue -> write(cue, out));
        return out.toString();
    }

    /** The whole file. */
    public String toText() {
        StringBuilder out = new StringBuilder(header).append('\n');
        cues.forEach(cue -> write(cue, out));
        return out.toString();
    }

    private static void write(TextCue cue, StringBuilder out) {
        out.append('\n');
        if (!cue.id().isEmpty()) {
            out.append(cue.id()).append('\n');
        }
        out.append(time(cue.start())).append(" --> ").append(time(cue.end()));
        if (!cue.settings().isEmpty()) {
            out.append(' ').append(cue.settings());
        }
        out.append('\n').append(cue.text().replace("-->", "--&gt;")).append('\n');
    }

    /** Such as {@code 00:01:02.345}. */
    public static String time(long millis) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%03d",
                millis / 3_600_000,
                millis / 60_000 % 60,
                millis / 1000 % 60,
                millis % 1000);
    }
}
