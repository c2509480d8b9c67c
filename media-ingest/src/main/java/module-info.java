/** Inputs of every kind, read as one stream of canonical samples on one continuous timeline. */
@org.jspecify.annotations.NullMarked
module io.headend.ingest {
    requires transitive io.headend.core;
    requires io.headend.ffmpeg;
    requires io.headend.formats;
    requires org.slf4j;

    exports io.headend.ingest;
}
