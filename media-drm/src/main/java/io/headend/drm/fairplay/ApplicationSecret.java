package io.headend.drm.fairplay;

import javax.crypto.SecretKey;

/**
 * The application secret key (ASk) that Apple gives a content provider, with the derivation function (D) of the licensed SDK.
 *
 * <p><b>Threading:</b> called by any number of threads.
 */
@FunctionalInterface
public interface ApplicationSecret {

    /**
     * The derived application secret key (DASk).
     *
     * @param r2 the nonce of the player, 1 to 56 bytes; the callee may keep it
     * @return an AES key of 16 bytes
     */
    SecretKey derive(byte[] r2);
}
