/** The live channel: a source, a ladder, a packager and an origin on one epoch-locked clock. */
@org.jspecify.annotations.NullMarked
module io.headend.live {
    requires transitive io.headend.core;
    requires transitive io.headend.transcode;
    requires transitive io.headend.ingest;
    requires transitive io.headend.packaging;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires static micrometer.core;

    exports io.headend.live;
    exports io.headend.live.micrometer;

    opens io.headend.live to
            com.fasterxml.jackson.databind;
}
