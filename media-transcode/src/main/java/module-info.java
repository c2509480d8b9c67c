/** Decode once, filter, encode a ladder on a grid of frames that is locked to the epoch. */
@org.jspecify.annotations.NullMarked
module io.headend.transcode {
    requires transitive io.headend.core;
    requires io.headend.ffmpeg;
    requires io.headend.formats;
    requires org.jspecify;
    requires org.slf4j;

    exports io.headend.transcode;
}
