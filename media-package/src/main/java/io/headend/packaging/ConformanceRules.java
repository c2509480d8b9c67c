package io.headend.packaging;

import io.headend.packaging.Conformance.Rule;
import java.util.List;

/** What {@link Conformance} knows. */
final class ConformanceRules {

    private ConformanceRules() {}

    static final List<Rule> ALL = List.of(
            seen(
                    "1.5",
                    "HEVC only in fMP4",
                    "HEVC in CODECS, in sample entries and in stream types of transport streams"),
            seen("1.24", "an SDR ladder exists", "VIDEO-RANGE of the variants"),
            seen(
                    "1.26",
                    "average segment rate within 10% of AVERAGE-BANDWIDTH",
                    "bytes and durations of all segments against AVERAGE-BANDWIDTH"),
            seen(
                    "1.27",
                    "measured peak within 10% of BANDWIDTH",
                    "bytes and durations of neighbouring segments against BANDWIDTH"),
            seen(
                    "1.28",
                    "long-run average < 110% of AVERAGE-BANDWIDTH",
                    "bytes and durations of the listed segments against AVERAGE-BANDWIDTH"),
            seen(
                    "1.29",
                    "measured peak < 125% of BANDWIDTH",
                    "bytes and durations of the listed segments against BANDWIDTH"),
            seen("2.3", "stereo AAC present", "CODECS with CHANNELS, or the sample entries where CHANNELS is missing"),
            seen(
                    "2.11",
                    "channel layout change needs EXT-X-DISCONTINUITY",
                    "channel counts of the initialisation segments of one playlist"),
            seen("2.13", "audio description has AUTOSELECT=YES", "CHARACTERISTICS and AUTOSELECT of EXT-X-MEDIA"),
            seen(
                    "2.17",
                    "one audio stream per media segment",
                    "tracks of the initialisation segment, sound in the program map table"),
            seen(
                    "4.4",
                    "closed captions declared by EXT-X-MEDIA with LANGUAGE",
                    "captions in the first segment (ATSC A/53 user data) against EXT-X-MEDIA with LANGUAGE"),
            seen("5.3", "WebVTT segments carry X-TIMESTAMP-MAP", "text of WebVTT segments"),
            seen("5.4", "IMSC1 in fMP4", "EXT-X-MAP of playlists whose CODECS or segments are TTML"),
            seen(
                    "5.6",
                    "subtitle target duration equals other media",
                    "EXT-X-TARGETDURATION of subtitle and other playlists"),
            seen("6.1", "EXT-X-I-FRAME-STREAM-INF present", "EXT-X-I-FRAME-STREAM-INF"),
            seen(
                    "6.8",
                    "I-frame playlist has EXT-X-I-FRAMES-ONLY",
                    "EXT-X-I-FRAMES-ONLY in the playlists that EXT-X-I-FRAME-STREAM-INF names"),
            seen(
                    "6.10",
                    "fMP4 I-frame byte range includes its moof",
                    "the first boxes in each byte range of an I-frame playlist"),
            seen(
                    "6.11",
                    "I-frame target duration equals other media",
                    "EXT-X-TARGETDURATION of I-frame and other playlists"),
            seen("6.16", "SDR trick play present", "VIDEO-RANGE of EXT-X-I-FRAME-STREAM-INF"),
            seen("7.1", "media continuous over segments", "start and end times of neighbouring segments"),
            seen(
                    "7.2",
                    "continuity counters and timestamps sequential",
                    "continuity counters and PTS of transport stream packets over segment boundaries"),
            seen(
                    "7.3",
                    "tfdt consistent with previous tfdt + duration",
                    "tfdt against the tfdt and sample durations of the fragment before"),
            seen("7.4", "video segments start with IDR", "the first coded picture of each video segment"),
            seen("7.7", "no segment longer than TARGETDURATION + 0.5 s", "measured segment durations"),
            seen(
                    "8.1",
                    "EXTINF sums within one frame of real duration",
                    "measured segment durations against EXTINF, in sum"),
            seen(
                    "8.2",
                    "audio and video playlists share TARGETDURATION",
                    "EXT-X-TARGETDURATION of audio and video playlists"),
            seen(
                    "8.3",
                    "audio and video playlists same content duration",
                    "sums of EXTINF of audio and video playlists, to one target duration"),
            seen("8.4", "EXT-X-PROGRAM-DATE-TIME in every live media playlist", "EXT-X-PROGRAM-DATE-TIME"),
            seen(
                    "8.6",
                    "EXT-X-PLAYLIST-TYPE VOD",
                    "EXT-X-PLAYLIST-TYPE of playlists with EXT-X-ENDLIST that no live stream left behind"),
            seen(
                    "8.8",
                    "EXT-X-PLAYLIST-TYPE EVENT",
                    "EXT-X-PLAYLIST-TYPE EVENT with segments removed; that a playlist without it never removes any is not visible in one version of it"),
            seen(
                    "8.9",
                    "separate audio through EXT-X-MEDIA",
                    "tracks in the segments of variants against their AUDIO group"),
            seen("8.10", "LANGUAGE on every EXT-X-MEDIA not TYPE=VIDEO", "LANGUAGE of EXT-X-MEDIA"),
            seen("8.11", "at least six segments", "number of segments"),
            seen(
                    "8.13",
                    "encoding breaks marked EXT-X-DISCONTINUITY",
                    "sample entries and configurations of successive initialisation segments"),
            seen(
                    "8.14",
                    "frame-rate change marked EXT-X-DISCONTINUITY",
                    "sample durations of successive segments, where each has one"),
            seen(
                    "8.15",
                    "discontinuities at the same times in all renditions",
                    "times of EXT-X-DISCONTINUITY in all playlists"),
            seen(
                    "8.17",
                    "EXT-X-DISCONTINUITY-SEQUENCE always present if discontinuities can occur",
                    "EXT-X-DISCONTINUITY-SEQUENCE in live playlists with EXT-X-DISCONTINUITY"),
            unseen(
                    "8.18",
                    "no HTTP redirects for media (ads excepted)",
                    "redirects are answers of a server; Origin gives none"),
            seen("8.20", "EXT-X-MAP present", "EXT-X-MAP before segments that begin with boxes"),
            seen("9.1", "CODECS on STREAM-INF", "CODECS"),
            seen("9.2", "RESOLUTION on video STREAM-INF", "RESOLUTION of variants with video codecs"),
            seen("9.3", "CODECS on I-FRAME-STREAM-INF", "CODECS of EXT-X-I-FRAME-STREAM-INF"),
            seen("9.4", "RESOLUTION on I-FRAME-STREAM-INF", "RESOLUTION of EXT-X-I-FRAME-STREAM-INF"),
            seen("9.9", "more than one video bit rate", "BANDWIDTH of variants with video codecs"),
            seen(
                    "9.12",
                    "INDEPENDENT-SEGMENTS in multivariant or in all video playlists",
                    "EXT-X-INDEPENDENT-SEGMENTS"),
            seen(
                    "9.13",
                    "BANDWIDTH is the largest sum of peak rates of playable combinations",
                    "measured peak of a variant and of the largest rendition of each of its groups against BANDWIDTH"),
            seen("9.14", "AVERAGE-BANDWIDTH present", "AVERAGE-BANDWIDTH"),
            seen("9.15", "FRAME-RATE on video STREAM-INF", "FRAME-RATE of variants with video codecs"),
            seen("9.16", "VIDEO-RANGE unless all SDR", "transfer characteristics in colr against VIDEO-RANGE"),
            unseen(
                    "10.1",
                    "playlists delivered gzip",
                    "compression is an answer of a server; Origin compresses what is asked for with Accept-Encoding"),
            seen("13.2", "FPS uses METHOD=SAMPLE-AES", "METHOD of keys with the FairPlay KEYFORMAT"),
            seen(
                    "13.3",
                    "FPS KEYFORMAT com.apple.streamingkeydelivery",
                    "KEYFORMAT of keys whose URI is of scheme skd"),
            seen("13.7", "CENC video pattern 1:9", "pattern in tenc of video protected by cbcs"),
            seen("13.11", "no SAMPLE-AES-CTR on Apple devices", "METHOD of keys"),
            seen(
                    "14.1",
                    "Low-Latency Server Configuration Profile (rfc8216bis App. B)",
                    "EXT-X-SERVER-CONTROL, EXT-X-PART-INF, preload hints and rendition reports of playlists with parts"),
            seen("14.3", "PART-HOLD-BACK >= 3 x PART-TARGET", "PART-HOLD-BACK against PART-TARGET"),
            seen("hls.syntax", "playlists can be read", "every playlist that is named"),
            seen(
                    "hls.files",
                    "everything that is listed can be fetched",
                    "every segment, initialisation segment and playlist"),
            seen("iso.boxes", "segments are whole boxes that fit into each other", "every segment"),
            seen("iso.trun", "sample sizes add up to the media data", "trun against mdat of every fragment"),
            seen(
                    "cmaf.brands",
                    "initialisation segments of CMAF name a CMAF brand, segments begin with styp msdh or with moof",
                    "ftyp and styp"),
            seen("cmaf.track", "one track in an initialisation segment", "moov"),
            seen(
                    "cmaf.sync",
                    "the first sample of a video segment is marked as sync",
                    "sample flags of the first fragment"),
            seen("cmaf.edits", "no edit list", "moov"),
            seen("drm.key", "manifests say of what is encrypted that it is", "EXT-X-KEY, ContentProtection and tenc"),
            seen(
                    "drm.clear",
                    "nothing is in the clear that manifests say is encrypted",
                    "every segment listed with a key"),
            seen(
                    "drm.kid",
                    "manifests name the key that tenc or the sample group of a fragment names",
                    "KEYID and default_KID against every fragment"),
            seen(
                    "drm.pssh",
                    "pssh boxes that name keys name the key in use",
                    "pssh of version 1 in moof, else in moov"),
            seen("drm.scheme", "method and scheme are those of the track", "METHOD, mp4protection and schm"),
            seen("dash.syntax", "the MPD can be read", "the MPD"),
            seen("dash.files", "everything that is listed can be fetched", "every segment and initialisation segment"),
            seen(
                    "dash.codecs",
                    "codecs and bandwidth of every representation",
                    "attributes of Representation and AdaptationSet"),
            seen(
                    "dash.timeline",
                    "segment times are those of the timeline",
                    "tfdt and durations against SegmentTimeline, to one sample"),
            seen("dash.bandwidth", "a segment needs no more than bandwidth over minBufferTime", "measured segments"));

    private static Rule seen(String id, String says, String how) {
        return new Rule(id, says, how, true);
    }

    private static Rule unseen(String id, String says, String why) {
        return new Rule(id, says, why, false);
    }
}
