package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.formats.text.CueSamples;
import io.headend.formats.text.SubRip;
import io.headend.formats.text.TextCue;
import io.headend.formats.text.TextSample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the subtitles of a stream, one sample a cue, in the codings that containers have for them. */
final class StreamedCues {

    private static final int MOST = 500_000;
    private static final int ASS_FIELDS = 8;
    private static final Pattern ASS_TAGS = Pattern.compile("\\{[^}]*\\}");

    private final Track track;
    private final List<TextCue> cues = new ArrayList<>();
    private long bytes;

    StreamedCues(Track track) {
        this.track = track;
    }

    /** Whether a track has subtitles of text that can be read here. */
    static boolean reads(Track track) {
        return track.kind() == Codec.Kind.TEXT
                && switch (track.format().codec().name()) {
                    case "subrip", "srt", "webvtt", "mov_text", "text", "ass", "ssa" -> true;
                    default -> false;
                };
    }

    /** The track that the cues become. */
    Track track() {
        return track.withTimebase(Timebase.MILLIS).withFormat(new TextFormat(CodecConfig.of(Codec.WEBVTT, "webvtt")));
    }

    void add(Sample sample) {
        bytes += sample.size();
        if (cues.size() == MOST || bytes > SubtitleText.MOST_BYTES) {
            throw MediaException.unsupported("track " + track.name() + " has more than " + MOST + " cues or "
                    + (SubtitleText.MOST_BYTES >> 20) + " MB of subtitles");
        }
        long start = Math.max(0, track.timebase().convert(sample.pts(), Timebase.MILLIS));
        long end = track.timebase().convert(sample.pts() + sample.duration(), Timebase.MILLIS);
        String said = text(track, sample);
        if (end > start && !said.isBlank()) {
            cues.add(new TextCue(start, end, said));
        }
    }

    /** What a sample of a track that it {@link #reads} says, as text of a WebVTT cue. */
    static String text(Track track, Sample sample) {
        String coding = track.format().codec().name();
        if (coding.equals("mov_text")) {
            return SubtitleText.timedText(sample.data()).orElse("");
        }
        String text = StandardCharsets.UTF_8.decode(sample.data()).toString().strip();
        return switch (coding) {
            case "webvtt" -> text;
            case "ass", "ssa" -> dialogue(text);
            default -> SubRip.cueText(text);
        };
    }

    /** Matroska's form of a dialogue line: eight fields before the text. */
    private static String dialogue(String line) {
        String[] fields = line.split(",", ASS_FIELDS + 1);
        String text = fields[fields.length - 1]
                .replace("\\N", "\n")
                .replace("\\n", "\n")
                .replace("\\h", " ");
        return TextCue.escaped(ASS_TAGS.matcher(text).replaceAll(""));
    }

    /** Samples of {@link #track()}, without holes, in order. */
    List<Sample> samples() {
        if (cues.isEmpty()) {
            return List.of();
        }
        cues.sort(Comparator.comparingLong(TextCue::start).thenComparingLong(TextCue::end));
        long end = cues.stream().mapToLong(TextCue::end).max().orElse(1);
        List<Sample> samples = new ArrayList<>();
        for (TextSample sample : CueSamples.of(cues, 0, end)) {
            long length = sample.end() - sample.start();
            SampleInfo info =
                    new SampleInfo(track.id(), sample.start(), sample.start(), length, true, SampleInfo.NO_ARRIVAL);
            samples.add(HeapSample.of(info, sample.data()));
        }
        return samples;
    }
}
