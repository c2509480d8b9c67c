/** Common encryption of samples, DRM signalling and the keys behind both, on the JDK's own cryptography. */
@org.jspecify.annotations.NullMarked
module io.headend.drm {
    requires transitive io.headend.core;
    requires transitive org.jspecify;
    requires transitive io.headend.formats;
    requires java.net.http;
    requires java.xml;
    requires java.xml.crypto;

    exports io.headend.drm;
    exports io.headend.drm.cpix;
    exports io.headend.drm.speke;
    exports io.headend.drm.widevine;
    exports io.headend.drm.clearkey;
    exports io.headend.drm.fairplay;
    exports io.headend.drm.hls;
}
