package io.headend.transcode;

/**
 * A group of pictures that an encoder has finished.
 *
 * @param rendition whose it is
 * @param firstFrame frame number of its IDR picture
 * @param frames coded pictures in it; fewer than the grid's at the beginning and the end of a program
 * @param bytes of its samples
 */
public record GopReport(String rendition, long firstFrame, int frames, long bytes) {}
