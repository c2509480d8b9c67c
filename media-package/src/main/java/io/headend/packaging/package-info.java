/**
 * Segments, manifests and the origin. Start with {@link io.headend.packaging.Packager}, which turns the streams of a
 * ladder into CMAF segments and manifests in a {@link io.headend.packaging.SegmentStore}, and {@link
 * io.headend.packaging.Origin}, which answers HTTP requests out of one.
 */
@NullMarked
package io.headend.packaging;

import org.jspecify.annotations.NullMarked;
