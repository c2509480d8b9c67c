/** Licences of W3C ClearKey, whose keys travel in the clear: for trying out and for players without another system. */
@NullMarked
package io.headend.drm.clearkey;

import org.jspecify.annotations.NullMarked;
