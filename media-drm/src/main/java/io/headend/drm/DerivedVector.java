package io.headend.drm;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/** Vectors that follow from the key, so that two packagers of one channel use the same ones without talking. */
final class DerivedVector {

    private DerivedVector() {}

    /** 16 bytes that depend on the key, its explicit vector and the names. */
    static byte[] of(ContentKey key, String... names) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key.secret());
            mac.update(key.iv());
            for (String name : names) {
                mac.update((byte) 0);
                mac.update(name.getBytes(StandardCharsets.UTF_8));
            }
            return Arrays.copyOf(mac.doFinal(), 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
