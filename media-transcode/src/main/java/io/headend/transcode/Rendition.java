package io.headend.transcode;

import io.headend.core.PictureSize;

/**
 * One rung of a ladder.
 *
 * @param name names the output and the folder downstream; as {@link io.headend.core.Track#name()}
 * @param size coded size, both even
 * @param settings how it is encoded
 */
public record Rendition(String name, PictureSize size, EncoderSettings settings) {

    public Rendition {
        if (size.width() % 2 != 0 || size.height() % 2 != 0) {
            throw new IllegalArgumentException("rendition " + name + ": width and height of " + size + " must be even");
        }
    }

    public Rendition withSettings(EncoderSettings newSettings) {
        return new Rendition(name, size, newSettings);
    }
}
