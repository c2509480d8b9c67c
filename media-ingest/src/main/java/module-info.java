/** Inputs of every kind, read as one stream of canonical samples on one continuous timeline. */
@org.jspecify.annotations.NullMarked
module io.headend.ingest {
    requires transitive io.headend.core;
    requires transitive io.headend.ffmpeg;
    requires io.headend.formats;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires org.slf4j;
    requires transitive java.net.http;

    exports io.headend.ingest;
    exports io.headend.ingest.rtmp;
}
