package io.headend.transcode.compare;

import io.headend.core.PictureSize;
import io.headend.core.Rational;

/**
 * What is compared on.
 *
 * @param name the file's name without its ending
 * @param size at which it is encoded and scored
 * @param frameRate frames per second at which it is encoded
 * @param frames pictures in it
 * @param meanLuma mean over all pictures, 8 bits: 16 is black
 * @param gopFrames pictures in a group, of which the last may have fewer
 */
public record ClipShape(String name, PictureSize size, Rational frameRate, int frames, double meanLuma, int gopFrames) {

    // Below it a clip is noise around black, where scores jump by pictures that look alike.
    private static final double NEAR_BLACK = 24;

    public double seconds() {
        return frames / frameRate.toDouble();
    }

    /** Whether there is too little to see for rate differences to mean anything. */
    public boolean isNearBlack() {
        return meanLuma < NEAR_BLACK;
    }
}
