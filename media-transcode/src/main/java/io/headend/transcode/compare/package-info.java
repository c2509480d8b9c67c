/**
 * Rate controls side by side: encode the same clips at several rates under each, score with the meters, and say how many bits
 * one needs beside the other for the same quality. Start at {@link io.headend.transcode.compare.RateControlComparison}.
 */
@org.jspecify.annotations.NullMarked
package io.headend.transcode.compare;
