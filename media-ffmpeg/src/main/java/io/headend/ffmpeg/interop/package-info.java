/** The one place where Bytedeco types are public: {@link io.headend.ffmpeg.interop.FfmpegInterop}. */
@NullMarked
package io.headend.ffmpeg.interop;

import org.jspecify.annotations.NullMarked;
