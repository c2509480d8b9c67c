package io.headend.drm;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Apple's FairPlay Streaming as signalling: no box, a URI that names the asset to the player's application. */
public final class FairPlay {

    /** FairPlay as registered with DASH-IF. */
    public static final UUID SYSTEM_ID = UUID.fromString("94ce86fb-07ff-4f43-adb8-93d2fa968ca2");

    private FairPlay() {}

    /**
     * FairPlay as signalling.
     *
     * @param uri of the scheme {@code skd}, such as {@code skd://KEY-ID}
     */
    public static DrmSystem system(String uri) {
        if (!uri.startsWith("skd://") || uri.length() <= "skd://".length()) {
            throw MediaException.invalidArgument("A FairPlay key is named by a URI such as skd://KEY-ID.");
        }
        return new DrmSystem(SYSTEM_ID, ByteBuffer.allocate(0), uri);
    }
}
