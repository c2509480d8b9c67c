package io.headend.packaging;

import io.headend.core.CodecString;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.dash.AdaptationSet;
import io.headend.formats.dash.Division;
import io.headend.formats.dash.Mpd;
import io.headend.formats.dash.Period;
import io.headend.formats.dash.Representation;
import io.headend.formats.dash.SegmentTemplate;
import io.headend.formats.text.TextCue;
import io.headend.formats.text.WebVtt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Thumbnails in a folder: a sheet per number, a WebVTT file whose cues point into them, which players of any kind read, and an adaptation
 * set of images (DASH-IF IOP, 6.2.6).
 */
final class ThumbnailTrack {

    static final String NAME = "thumbnails";

    private static final long MOST_BYTES = 64 << 20;

    private final Thumbnails thumbnails;
    private final List<ByteBuffer> sheets = new ArrayList<>();

    /** @throws MediaException {@code MALFORMED} if a sheet is no JPEG, {@code IO} if it cannot be read */
    ThumbnailTrack(Thumbnails thumbnails) {
        this.thumbnails = thumbnails;
        long bytes = 0;
        for (Path sheet : thumbnails.sheets()) {
            try {
                bytes += Files.size(sheet);
                if (bytes > MOST_BYTES) {
                    throw MediaException.unsupported("thumbnails of more than " + (MOST_BYTES >> 20)
                            + " MB are not packaged; make them smaller or fewer");
                }
                ByteBuffer jpeg = ByteBuffer.wrap(Files.readAllBytes(sheet));
                if (jpeg.remaining() < 4 || (jpeg.getShort(0) & 0xFFFF) != 0xFFD8) {
                    throw MediaException.malformed("'" + sheet + "' is no JPEG picture");
                }
                sheets.add(jpeg);
            } catch (IOException e) {
                throw new MediaException(MediaErrorCode.IO, "cannot read '" + sheet + "': " + e.getMessage(), e);
            }
        }
    }

    void write(FolderWriter folder, Duration length) {
        for (int i = 0; i < sheets.size(); i++) {
            folder.file(NAME + "/" + i + ".jpg", sheets.get(i).duplicate());
        }
        String text = WebVtt.of(cues(length)).toText();
        folder.file(NAME + "/" + NAME + ".vtt", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<TextCue> cues(Duration length) {
        List<TextCue> cues = new ArrayList<>();
        int perSheet = thumbnails.columns() * thumbnails.rows();
        long each = thumbnails.each().toMillis();
        for (int i = 0; i < perSheet * sheets.size() && i * each < length.toMillis(); i++) {
            int tile = i % perSheet;
            int x = tile % thumbnails.columns() * thumbnails.size().width();
            int y = tile / thumbnails.columns() * thumbnails.size().height();
            String place = i / perSheet + ".jpg#xywh=" + x + "," + y + ","
                    + thumbnails.size().width() + "," + thumbnails.size().height();
            cues.add(new TextCue(i * each, Math.min((i + 1) * each, length.toMillis()), place));
        }
        return cues;
    }

    /** The same with the thumbnails in its first period. */
    Mpd in(Mpd mpd) {
        List<Period> periods = new ArrayList<>(mpd.periods());
        Period first = periods.get(0);
        List<AdaptationSet> sets = new ArrayList<>(first.adaptationSets());
        sets.add(set(sets.size() + 1));
        periods.set(0, new Period(first.id(), first.start(), first.duration(), first.events(), sets));
        return new Mpd(mpd.type(), mpd.minBufferTime(), mpd.profiles(), periods, mpd.service());
    }

    private AdaptationSet set(int id) {
        long largest = sheets.stream().mapToLong(ByteBuffer::remaining).max().orElse(0);
        long bandwidth = largest * 8000 / Math.max(1, thumbnails.sheet().toMillis()) + 1;
        SegmentTemplate template = new SegmentTemplate(
                1000,
                new SegmentTemplate.Urls("", "$RepresentationID$/$Number$.jpg"),
                0,
                0,
                new Division.Even(thumbnails.sheet().toMillis()),
                null);
        Representation.Tiles tiles = new Representation.Tiles(
                thumbnails.size().width() * thumbnails.columns(),
                thumbnails.size().height() * thumbnails.rows(),
                thumbnails.columns(),
                thumbnails.rows());
        Representation sheet = new Representation(NAME, bandwidth, new CodecString("jpeg"), "image/jpeg", tiles, null);
        return new AdaptationSet(id, "image", null, AdaptationSet.Descriptors.NONE, template, List.of(sheet));
    }
}
