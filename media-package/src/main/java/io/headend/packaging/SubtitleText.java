package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.isobmff.SampleCursor;
import io.headend.formats.text.CueSamples;
import io.headend.formats.text.SubRip;
import io.headend.formats.text.TextCue;
import io.headend.formats.text.TextSample;
import io.headend.formats.text.TtmlDocument;
import io.headend.formats.text.WebVtt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The subtitles of one rendition, held whole: text is small. */
sealed interface SubtitleText permits SubtitleText.Cues, SubtitleText.Document {

    /** A film's subtitles have 100 KB. */
    int MOST_BYTES = 16 << 20;

    /** How it is coded as a track. */
    TextFormat format();

    /** Samples that fill a stretch of time, in milliseconds, one at least. */
    List<TextSample> samples(long from, long to);

    /** The stretch as a file of WebVTT, where it is that. */
    Optional<String> plain(long from, long to, long mpegTime);

    /** WebVTT, and all that becomes WebVTT. */
    record Cues(WebVtt file) implements SubtitleText {
        @Override
        public TextFormat format() {
            ByteBuffer header = ByteBuffer.wrap(file.header().getBytes(StandardCharsets.UTF_8));
            return new TextFormat(new CodecConfig(Codec.WEBVTT, "webvtt", header));
        }

        @Override
        public List<TextSample> samples(long from, long to) {
            return CueSamples.of(file.between(from, to), from, to);
        }

        @Override
        public Optional<String> plain(long from, long to, long mpegTime) {
            return Optional.of(file.segment(from, to, mpegTime));
        }
    }

    /** TTML. */
    record Document(TtmlDocument file) implements SubtitleText {
        @Override
        public TextFormat format() {
            return new TextFormat(CodecConfig.of(Codec.IMSC1, "ttml"));
        }

        @Override
        public List<TextSample> samples(long from, long to) {
            return List.of(new TextSample(from, to, file.between(from, to)));
        }

        @Override
        public Optional<String> plain(long from, long to, long mpegTime) {
            return Optional.empty();
        }
    }

    /**
     * Reads a file: WebVTT, SubRip or TTML, by what it holds.
     *
     * @throws MediaException {@code MALFORMED} if it is none of them, {@code IO} or {@code INVALID_ARGUMENT} if it cannot be read
     */
    static SubtitleText read(Path path) {
        String text = decoded(path);
        String begins = text.stripLeading();
        try {
            if (begins.startsWith("WEBVTT")) {
                return new Cues(WebVtt.parse(text));
            }
            return begins.startsWith("<") ? new Document(TtmlDocument.parse(text)) : new Cues(SubRip.parse(text));
        } catch (MediaException e) {
            throw new MediaException(e.code(), "'" + path + "' holds no subtitles: " + e.getMessage(), e);
        }
    }

    private static String decoded(Path path) {
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw MediaException.unsupported("'" + path + "' has more than " + (MOST_BYTES >> 20)
                        + " MB; that is too much for a file of subtitles");
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
            boolean wide = bytes.remaining() >= 2
                    && ((bytes.getShort(0) & 0xFFFF) == 0xFEFF || (bytes.getShort(0) & 0xFFFF) == 0xFFFE);
            String text = (wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8)
                    .newDecoder()
                    .decode(bytes)
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw MediaException.malformed("'" + path + "' is not in UTF-8; convert it");
        } catch (NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.INVALID_ARGUMENT, "'" + path + "': no such file", e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + path + "': " + e.getMessage(), e);
        }
    }

    /** Whether a track of a file becomes subtitles. */
    static boolean reads(MovieTrack track) {
        String name = track.track().format().codec().name();
        return track.track().format().codec().codec() == Codec.WEBVTT || name.equals("tx3g") || name.equals("text");
    }

    /**
     * Reads a track of a file: {@code wvtt}, or the 3GPP text of {@code tx3g}.
     *
     * @throws MediaException {@code MALFORMED} or {@code UNSUPPORTED}
     */
    static SubtitleText read(Mp4File file, MovieTrack track) {
        SampleCursor cursor = file.cursor(track);
        Timebase unit = track.track().timebase();
        boolean vtt = track.track().format().codec().codec() == Codec.WEBVTT;
        long shift = track.edits().delay() - track.edits().start();
        List<TextCue> pieces = new ArrayList<>();
        long total = 0;
        while (cursor.next()) {
            total += cursor.size();
            if (total > MOST_BYTES || pieces.size() > 500_000) {
                throw MediaException.unsupported("'" + file.name() + "': a text track is larger than "
                        + (MOST_BYTES >> 20) + " MB or has more than 500,000 cues");
            }
            long at = cursor.decodeTime() + cursor.compositionOffset() + shift;
            long start = Math.max(0, unit.convert(at, Timebase.MILLIS));
            long end = unit.convert(at + cursor.duration(), Timebase.MILLIS);
            ByteBuffer data = ByteBuffer.allocate(cursor.size());
            file.read(data, cursor.offset());
            data.flip();
            if (end > start && vtt) {
                pieces.addAll(CueSamples.parse(new TextSample(start, end, data)));
            } else if (end > start) {
                timedText(data).ifPresent(said -> pieces.add(new TextCue(start, end, said)));
            }
        }
        String header = StandardCharsets.UTF_8
                .decode(track.track().format().codec().record())
                .toString()
                .strip();
        boolean kept = vtt
                && header.startsWith("WEBVTT")
                && !header.toLowerCase(Locale.ROOT).contains("-->");
        return new Cues(new WebVtt(kept ? header : "WEBVTT", CueSamples.joined(pieces)));
    }

    /** A sample of 3GPP timed text (TS 26.245, 5.17): its length, the text, and boxes of styles, which are left out. */
    static Optional<String> timedText(ByteBuffer sample) {
        if (sample.remaining() < 2) {
            return Optional.empty();
        }
        int length = Math.min(sample.getShort() & 0xFFFF, sample.remaining());
        ByteBuffer words = sample.slice(sample.position(), length);
        boolean wide = length >= 2 && (words.getShort(0) & 0xFFFF) == 0xFEFF;
        String text = (wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8)
                .decode(words)
                .toString();
        return text.isBlank() ? Optional.empty() : Optional.of(TextCue.escaped(text.strip()));
    }
}
