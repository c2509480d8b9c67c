/** An HTTP server for media handlers and a cache in front of an origin. */
@org.jspecify.annotations.NullMarked
module io.headend.cdn {
    requires transitive io.headend.core;
    requires transitive org.jspecify;
    requires com.github.benmanes.caffeine;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires org.slf4j;

    exports io.headend.cdn;
}
