/** Demuxing, decoding, filtering and encoding with FFmpeg; the only room that knows the native bindings. */
@org.jspecify.annotations.NullMarked
module io.headend.ffmpeg {
    requires transitive io.headend.core;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.javacpp;
    requires org.jspecify;
    requires org.slf4j;

    exports io.headend.ffmpeg;
    exports io.headend.ffmpeg.interop;
}
