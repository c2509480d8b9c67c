/** Packaging: CMAF segments, HLS and DASH manifests, segment stores and the origin. */
@org.jspecify.annotations.NullMarked
module io.headend.packaging {
    requires transitive io.headend.core;
    requires transitive org.jspecify;
    requires transitive java.net.http;
    requires transitive io.headend.formats;
    requires java.xml;

    exports io.headend.packaging;
}
