/** The little JSON (RFC 8259) that key services speak, read with bounds. Not exported. */
@NullMarked
package io.headend.drm.json;

import org.jspecify.annotations.NullMarked;
