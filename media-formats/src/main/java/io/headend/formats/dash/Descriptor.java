package io.headend.formats.dash;

import org.jspecify.annotations.Nullable;

/**
 * A descriptor (ISO/IEC 23009-1, 5.8.2).
 *
 * @param element what it describes
 * @param schemeIdUri scheme
 * @param value or {@code null}
 */
public record Descriptor(
        Element element, String schemeIdUri, @Nullable String value) {

    /** The elements that are descriptors, in the order in which the schema wants them. */
    public enum Element {
        FRAME_PACKING("FramePacking"),
        AUDIO_CHANNEL_CONFIGURATION("AudioChannelConfiguration"),
        ESSENTIAL_PROPERTY("EssentialProperty"),
        SUPPLEMENTAL_PROPERTY("SupplementalProperty"),
        ACCESSIBILITY("Accessibility"),
        ROLE("Role"),
        UTC_TIMING("UTCTiming");

        private final String tag;

        Element(String tag) {
            this.tag = tag;
        }

        String tag() {
            return tag;
        }
    }
}
