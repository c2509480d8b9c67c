/**
 * S3-compatible object storage behind an {@link io.headend.packaging.ObjectSegmentStore}.
 *
 * <p>Start with {@link io.headend.packaging.s3.S3Storage}.
 */
@NullMarked
package io.headend.packaging.s3;

import org.jspecify.annotations.NullMarked;
