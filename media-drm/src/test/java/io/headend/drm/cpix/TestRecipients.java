package io.headend.drm.cpix;

import java.security.GeneralSecurityException;
import java.security.KeyPair;

/** Recipients with keys of their own. */
public final class TestRecipients {

    private TestRecipients() {}

    public static CpixRecipient recipient(String name) throws GeneralSecurityException {
        KeyPair keys = Certificates.keys();
        return new CpixRecipient(Certificates.selfSigned(keys, name), keys.getPrivate());
    }
}
