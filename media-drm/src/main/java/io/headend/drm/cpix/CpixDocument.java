package io.headend.drm.cpix;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.List;
import java.util.Objects;

/**
 * What a CPIX document says: keys, the signalling of DRM systems, periods, and which key is for which track.
 *
 * @param version which vocabulary to write
 * @param contentId name of the content, or empty
 * @param keys at most {@value #MAX_ENTRIES}
 * @param systems at most {@value #MAX_ENTRIES}
 * @param periods at most {@value #MAX_ENTRIES}
 * @param rules at most {@value #MAX_ENTRIES}
 */
public record CpixDocument(
        Version version,
        String contentId,
        List<CpixKey> keys,
        List<CpixSystem> systems,
        List<CpixPeriod> periods,
        List<CpixUsageRule> rules) {

    static final int MAX_ENTRIES = 1000;

    /** Generations that differ in names and order. */
    public enum Version {
        /** Up to 2.3: playlists are {@code master} and {@code media}. */
        V2_3("2.3", "master"),
        /** 2.4: playlists are {@code multiVariant} and {@code media}. */
        V2_4("2.4", "multiVariant");

        private final String text;
        private final String multivariant;

        Version(String text, String multivariant) {
            this.text = text;
            this.multivariant = multivariant;
        }

        String text() {
            return text;
        }

        String multivariant() {
            return multivariant;
        }

        static Version of(String text) {
            return switch (text) {
                case "", "2.0", "2.1", "2.2", "2.3", "2.3.1" -> V2_3;
                case "2.4" -> V2_4;
                default -> throw MediaException.unsupported("CPIX of this version is not known; 2.0 to 2.4 are.");
            };
        }
    }

    public CpixDocument {
        keys = bounded(keys);
        systems = bounded(systems);
        periods = bounded(periods);
        rules = bounded(rules);
    }

    private static <T> List<T> bounded(List<T> list) {
        if (list.size() > MAX_ENTRIES) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED,
                    "A CPIX document has at most " + MAX_ENTRIES + " entries of a kind; this one has " + list.size()
                            + ".");
        }
        return List.copyOf(list);
    }

    /** The same with other keys. */
    public CpixDocument withKeys(List<CpixKey> newKeys) {
        return new CpixDocument(version, contentId, newKeys, systems, periods, rules);
    }

    /** The same with other signalling. */
    public CpixDocument withSystems(List<CpixSystem> newSystems) {
        return new CpixDocument(version, contentId, keys, newSystems, periods, rules);
    }

    /**
     * Reads a document.
     *
     * @throws MediaException MALFORMED, UNSUPPORTED for a version that is not known, EXHAUSTED beyond a megabyte, 32
     *     levels, 50,000 elements and attributes, or {@value #MAX_ENTRIES} entries of a kind
     */
    public static CpixDocument parse(byte[] xml) {
        return new CpixReader(CpixXml.parse(xml)).document();
    }

    /**
     * Reads a document whose keys are encrypted for a recipient.
     *
     * @throws MediaException as {@link #parse(byte[])}; ACCESS_DENIED if no delivery is for this recipient or a code does not
     *     agree
     */
    public static CpixDocument parse(byte[] xml, CpixRecipient recipient) {
        return new CpixReader(CpixXml.parse(xml)).document(recipient);
    }

    /** The document with its keys in the clear, as UTF-8. */
    public byte[] toXml() {
        return CpixXml.write(new CpixWriter(this).document());
    }

    /** The number of systems and keys; never a key. */
    @Override
    public String toString() {
        return "CpixDocument[" + Objects.toString(version) + ", " + keys.size() + " keys, " + systems.size()
                + " systems]";
    }
}
