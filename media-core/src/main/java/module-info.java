/** Time, tracks, the stream item, sinks and sources, errors, events and the HTTP contract that every room shares. */
@org.jspecify.annotations.NullMarked
module io.headend.core {
    requires transitive org.jspecify;
    requires org.slf4j;

    exports io.headend.core;
    exports io.headend.core.http;
}
