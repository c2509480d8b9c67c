package io.headend.transcode.shots;

/**
 * A run of pictures that is encoded by itself and begins with an IDR picture: a shot, or a part of a long one.
 *
 * @param first number of its first picture
 * @param frames how many
 * @param shot number of the shot, from 0
 * @param time of its first picture in the source's timebase
 */
record Piece(long first, int frames, int shot, long time) {}
