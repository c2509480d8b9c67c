package io.headend.transcode;

/**
 * Figures of one rendition at one instant.
 *
 * @param name its name
 * @param frames coded pictures or sound frames delivered
 * @param bytes of them
 * @param framesPerSecond delivered per second of wall-clock time, lately
 * @param speed the same as a multiple of real time
 * @param queued decoded pictures or sound blocks that wait for the encoder
 */
public record RenditionStats(String name, long frames, long bytes, double framesPerSecond, double speed, int queued) {}
