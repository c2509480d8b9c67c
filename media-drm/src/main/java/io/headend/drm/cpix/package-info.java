/**
 * Content Protection Information Exchange documents (DASH-IF CPIX 2.3 and 2.4): read and write them with {@link
 * io.headend.drm.cpix.CpixDocument}, take keys from them with {@link io.headend.drm.cpix.CpixKeys}.
 */
@NullMarked
package io.headend.drm.cpix;

import org.jspecify.annotations.NullMarked;
