package io.headend.packaging;

import io.headend.core.CodecString;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.formats.CodecStrings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The muxers of a rendition whose format changes in its middle: one for each format, the first one's initialisation is {@code init.mp4}. */
final class FormatMuxers {

    private final List<Track> formats;
    private final Set<Integer> breaks;
    private final List<CmafMuxer> muxers;
    private int present;

    /**
     * @param formats the formats one after the other
     * @param breaks numbers of the segments with which a format of any rendition begins
     */
    FormatMuxers(List<Track> formats, Set<Integer> breaks, Optional<SampleProtector> protector) {
        this.formats = formats;
        this.breaks = Set.copyOf(breaks);
        this.muxers =
                formats.stream().map(format -> CmafMuxer.of(format, protector)).toList();
        this.present = formats.size() - 1;
    }

    /** The muxer that makes segment {@code number}, which has begun. */
    CmafMuxer begin(int number, int format) {
        CmafMuxer muxer = muxers.get(format);
        if (format != present) {
            muxer.resume();
            present = format;
        }
        muxer.beginSegment(number);
        return muxer;
    }

    boolean isBreak(int number) {
        return breaks.contains(number);
    }

    String initName(int format) {
        return format == 0 ? "init.mp4" : "init-" + format + ".mp4";
    }

    ByteBuffer init(String name) {
        return muxers.get(inits().indexOf(name)).init();
    }

    List<String> inits() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < muxers.size(); i++) {
            names.add(initName(i));
        }
        return names;
    }

    /** What manifests say of the rendition: the first format, and the others where segments need them. */
    PublishedTrack published(List<SegmentEntry> entries) {
        Map<String, PublishedTrack> others = new HashMap<>();
        for (int i = 1; i < formats.size(); i++) {
            others.put(initName(i), described(i));
        }
        PublishedTrack first = described(0);
        return new PublishedTrack(first.track(), first.codec(), first.protection(), entries, others, null);
    }

    private PublishedTrack described(int format) {
        Track track = formats.get(format);
        CodecString codec = CodecStrings.of(track.format());
        return new PublishedTrack(track, codec, muxers.get(format).protection(), List.of());
    }
}
