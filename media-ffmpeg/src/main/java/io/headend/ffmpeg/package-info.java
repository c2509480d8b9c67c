/**
 * FFmpeg for the house: {@link io.headend.ffmpeg.Demuxer}, {@link io.headend.ffmpeg.Decoder},
 * {@link io.headend.ffmpeg.FilterGraph}, {@link io.headend.ffmpeg.Encoder} and {@link io.headend.ffmpeg.Muxer}, with
 * {@link io.headend.ffmpeg.AvSample} and {@link io.headend.ffmpeg.AvFrame} between them. Start at
 * {@link io.headend.ffmpeg.FfmpegRuntime}, which tells whether the natives are there and what they can do.
 */
@NullMarked
package io.headend.ffmpeg;

import org.jspecify.annotations.NullMarked;
