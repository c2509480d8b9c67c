/** Common encryption of samples, DRM signalling and the keys behind both, on the JDK's own cryptography. */
@org.jspecify.annotations.NullMarked
module io.headend.drm {
    requires transitive io.headend.core;
    requires transitive org.jspecify;
    requires io.headend.formats;

    exports io.headend.drm;
}
