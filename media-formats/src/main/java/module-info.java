/** Syntax of codec configurations, containers, playlists and manifests: no input or output, no threads, no natives. */
@org.jspecify.annotations.NullMarked
module io.headend.formats {
    requires transitive io.headend.core;
    requires transitive org.jspecify;
    requires java.xml;

    exports io.headend.formats;
    exports io.headend.formats.aac;
    exports io.headend.formats.ac3;
    exports io.headend.formats.amf;
    exports io.headend.formats.av1;
    exports io.headend.formats.dash;
    exports io.headend.formats.flv;
    exports io.headend.formats.h26x;
    exports io.headend.formats.hls;
    exports io.headend.formats.hls.parsed;
    exports io.headend.formats.isobmff;
    exports io.headend.formats.mpegts;
    exports io.headend.formats.rtp;
    exports io.headend.formats.scte35;
    exports io.headend.formats.text;
    exports io.headend.formats.vp9;
}
