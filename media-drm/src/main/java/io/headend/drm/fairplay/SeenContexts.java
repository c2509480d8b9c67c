package io.headend.drm.fairplay;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The nonces of the last contexts, so that a recorded one gives no second licence. Any number of threads. */
final class SeenContexts {

    private static final int MAX_SEEN = 100_000;

    private final Set<ByteBuffer> nonces = Collections.synchronizedSet(Collections.newSetFromMap(new Recent()));

    /** Whether the nonce is new. */
    boolean add(byte[] nonce) {
        return nonces.add(ByteBuffer.wrap(nonce.clone()));
    }

    private static final class Recent extends LinkedHashMap<ByteBuffer, Boolean> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
            return size() > MAX_SEEN;
        }
    }
}
