package io.headend.drm;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where content keys come from: given ones, a file, a key service. Implementations that ask a service fetch what belongs
 * together at once and keep it.
 *
 * <p><b>Threading:</b> called by the threads of several tracks at the same time.
 */
@FunctionalInterface
public interface KeyProvider {

    /** A key that holds for the whole presentation. */
    long NO_PERIOD = -1;

    /**
     * The key for one track and time. The same query gives the same key, also in another process, because two packagers of
     * one channel write the same bytes.
     *
     * @throws MediaException NOT_FOUND if there is no key for the query, ACCESS_DENIED or TIMEOUT from a key service
     */
    ContentKey key(Query query);

    /**
     * Which key is wanted.
     *
     * @param contentId name of the channel or asset
     * @param label {@code SD}, {@code HD}, {@code UHD1}, {@code UHD2} or {@code AUDIO}, or a label of the host's own
     * @param scheme what it is for
     * @param period number of the crypto period, or {@link #NO_PERIOD}
     */
    record Query(String contentId, String label, ProtectionScheme scheme, long period) {}

    /** One key for everything. */
    static KeyProvider single(ContentKey key) {
        return query -> key;
    }

    /**
     * Given keys by label. A label that has none gets the key of {@code UHD} if it is {@code UHD1} or {@code UHD2}, then that of {@code
     * VIDEO} unless it is {@code AUDIO}, then that of the empty label.
     *
     * @param byLabel copied
     */
    static KeyProvider raw(Map<String, ContentKey> byLabel) {
        Map<String, ContentKey> keys = new TreeMap<>(byLabel);
        return query -> {
            String label = query.label();
            ContentKey key = keys.get(label);
            if (key == null && label.startsWith("UHD")) {
                key = keys.get("UHD");
            }
            if (key == null && !label.equals("AUDIO")) {
                key = keys.get("VIDEO");
            }
            key = key == null ? keys.get("") : key;
            if (key == null) {
                throw new MediaException(
                        MediaErrorCode.NOT_FOUND,
                        "There is no key for " + query.label() + " of '" + query.contentId() + "'; keys are given for "
                                + keys.keySet() + ".");
            }
            return key;
        };
    }
}
