/** Inputs of every kind, read as one stream of canonical samples on one continuous timeline. */
@org.jspecify.annotations.NullMarked
module io.headend.ingest {
    requires transitive io.headend.core;

    exports io.headend.ingest;
}
