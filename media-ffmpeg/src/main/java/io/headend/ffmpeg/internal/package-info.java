/** Not exported: how the interop package reaches native handles. */
@NullMarked
package io.headend.ffmpeg.internal;

import org.jspecify.annotations.NullMarked;
