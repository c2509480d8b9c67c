package io.headend.ingest;

import io.headend.core.Timebase;
import io.headend.core.Track;
import java.util.List;
import java.util.Set;

/** Which clock stamps the samples of a container of FFmpeg. */
final class SourceClocks {

    private static final Set<String> WRITTEN_WITH_THE_FILE = Set.of(
            "mov",
            "mp4",
            "m4a",
            "3gp",
            "3g2",
            "mj2",
            "matroska",
            "webm",
            "avi",
            "wav",
            "flac",
            "mp3",
            "ogg",
            "yuv4mpegpipe",
            "mxf",
            "asf",
            "nut",
            "aiff",
            "au",
            "caf",
            "gif");

    private SourceClocks() {}

    /**
     * @param formatName FFmpeg's names, separated by commas
     * @param tracks of the container; in HLS they tell transport streams from fragmented MP4
     */
    static SourceClock of(String formatName, List<Track> tracks) {
        List<String> names = List.of(formatName.split(","));
        if (names.contains("mpegts") || names.contains("mpeg")) {
            return SourceClock.MPEG_33;
        }
        if (names.contains("hls")) {
            boolean all90kHz = tracks.stream().allMatch(t -> t.timebase().equals(Timebase.MPEG));
            return all90kHz ? SourceClock.MPEG_33 : SourceClock.WIRE_64;
        }
        if (names.contains("flv")) {
            return SourceClock.MILLIS_32;
        }
        return names.stream().anyMatch(WRITTEN_WITH_THE_FILE::contains)
                ? SourceClock.CONTAINER_64
                : SourceClock.WIRE_64;
    }
}
