package io.headend.transcode;

/**
 * The loudness of a programme by ITU-R BS.1770-4 and EBU R 128.
 *
 * @param integrated in LUFS; negative infinity for silence
 * @param truePeak in dBTP; negative infinity for silence
 */
public record LoudnessReport(double integrated, double truePeak) {}
