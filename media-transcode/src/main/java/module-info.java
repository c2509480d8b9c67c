/** Decode once, filter, encode a ladder on a grid of frames that is locked to the epoch; measure picture quality. */
@org.jspecify.annotations.NullMarked
module io.headend.transcode {
    requires transitive io.headend.core;
    requires transitive io.headend.ffmpeg;
    requires com.fasterxml.jackson.core;
    requires java.management;
    requires io.headend.formats;
    requires org.jspecify;
    requires org.slf4j;

    exports io.headend.transcode;
    exports io.headend.transcode.compare;
    exports io.headend.transcode.quality;
    exports io.headend.transcode.shots;
}
