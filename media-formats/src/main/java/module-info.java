/** Syntax of codec configurations, containers, playlists and manifests: no input or output, no threads, no natives. */
@org.jspecify.annotations.NullMarked
module io.headend.formats {
    requires transitive io.headend.core;
    requires transitive org.jspecify;

    exports io.headend.formats.h26x;
}
