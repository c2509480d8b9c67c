package io.headend.formats.isobmff;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackRole;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code moov} says of the tracks of a file (ISO/IEC 14496-12, 8.2.1).
 *
 * @param tracks in the order of the file; those without a readable sample entry are left out
 * @param skipped one sentence for each track that was left out
 */
public record Movie(List<MovieTrack> tracks, List<String> skipped) {

    private static final int MAX_TRACKS = 256;

    public Movie {
        tracks = List.copyOf(tracks);
        skipped = List.copyOf(skipped);
    }

    /**
     * @param moov read by {@link BoxReader}; its bytes stay in use by the sample tables
     * @throws MediaException {@code MALFORMED} if there is no track that can be read
     */
    public static Movie parse(ParsedBox moov) {
        List<ParsedBox> traks = moov.all("trak");
        if (traks.size() > MAX_TRACKS) {
            throw MediaException.malformed("the movie has more than " + MAX_TRACKS + " tracks");
        }
        long timescale = moov.find("mvhd")
                .map(mvhd -> Integer.toUnsignedLong(mvhd.body(20).getInt(mvhd.version() > 0 ? 16 : 8)))
                .orElse(0L);
        List<MovieTrack> tracks = new ArrayList<>();
        List<Track> enabled = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (int i = 0; i < traks.size(); i++) {
            try {
                MovieTrack track = track(traks.get(i), moov, timescale);
                tracks.add(track);
                enabled.add(TrackKinds.isEnabled(traks.get(i)) ? TrackKinds.byDefault(track.track()) : track.track());
            } catch (MediaException e) {
                skipped.add("track " + (i + 1) + ": " + e.getMessage());
            }
        }
        List<Track> told = TrackRole.telling(enabled);
        for (int i = 0; i < tracks.size(); i++) {
            if (told.get(i).roles().contains(TrackRole.DEFAULT)) {
                tracks.set(i, tracks.get(i).as(told.get(i)));
            }
        }
        return new Movie(tracks, skipped);
    }

    private static MovieTrack track(ParsedBox trak, ParsedBox moov, long movieTimescale) {
        ParsedBox tkhd = require(trak, "tkhd");
        ByteBuffer header = tkhd.body(tkhd.version() > 0 ? 92 : 80);
        int id = header.getInt(tkhd.version() > 0 ? 16 : 8);
        ParsedBox mdhd = require(trak, "mdia/mdhd");
        ByteBuffer media = mdhd.body(mdhd.version() > 0 ? 32 : 20);
        int timescale = media.getInt(mdhd.version() > 0 ? 16 : 8);
        mdhd.require(timescale > 0);
        String language = language(media.getShort(mdhd.version() > 0 ? 28 : 16) & 0xFFFF);
        ParsedBox hdlr = require(trak, "mdia/hdlr");
        String handler = FourCc.get(hdlr.body(8).position(4));
        ParsedBox stbl = require(trak, "mdia/minf/stbl");
        List<TrackFormat> formats = new ArrayList<>();
        for (ParsedBox entry : require(stbl, "stsd").children()) {
            formats.add(SampleEntryParser.parse(entry, handler));
        }
        if (formats.isEmpty()) {
            throw MediaException.malformed("it has no sample entry");
        }
        SampleTable table = SampleTable.parse(stbl);
        int rotation = rotation(header, tkhd.version() > 0 ? 48 : 36);
        formats.replaceAll(f -> f instanceof VideoFormat video ? video.withRotation(rotation) : f);
        TrackFormat format = formats.get(0);
        long each = table.commonDuration();
        if (format instanceof VideoFormat video && each > 0 && each <= Integer.MAX_VALUE) {
            format = video.withFrameRate(Rational.of(timescale, (int) each));
        }
        Codec.Kind kind = format.codec().codec().kind();
        Track track = new Track(
                id,
                kind.name().toLowerCase(Locale.ROOT),
                format,
                Timebase.hz(timescale),
                language,
                TrackKinds.read(trak, kind));
        return new MovieTrack(
                track,
                List.copyOf(formats),
                EditList.parse(trak, movieTimescale, timescale),
                table,
                defaults(moov, id));
    }

    /** Degrees clockwise by which the picture is to be turned, from the matrix; 0 for any other matrix. */
    private static int rotation(ByteBuffer header, int at) {
        int a = header.getInt(at) >> 16;
        int b = header.getInt(at + 4) >> 16;
        return a == 0 && b == 1 ? 90 : a == -1 && b == 0 ? 180 : a == 0 && b == -1 ? 270 : 0;
    }

    private static TrackExtendsBox defaults(ParsedBox moov, int id) {
        for (ParsedBox mvex : moov.all("mvex")) {
            for (ParsedBox trex : mvex.all("trex")) {
                TrackExtendsBox box = TrackExtendsBox.parse(trex);
                if (box.trackId() == id) {
                    return box;
                }
            }
        }
        return new TrackExtendsBox(id, 1, 0, 0, 0);
    }

    private static @Nullable String language(int packed) {
        char[] code = {
            (char) (0x60 + (packed >> 10 & 31)), (char) (0x60 + (packed >> 5 & 31)), (char) (0x60 + (packed & 31))
        };
        String found = new String(code);
        boolean letters = found.chars().allMatch(c -> c >= 'a' && c <= 'z');
        return letters && !found.equals("und") ? Languages.shortest(found) : null;
    }

    private static ParsedBox require(ParsedBox parent, String path) {
        return parent.find(path).orElseThrow(() -> MediaException.malformed("it has no " + path));
    }
}
