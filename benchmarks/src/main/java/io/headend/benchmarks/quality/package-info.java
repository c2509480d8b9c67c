/** Picture quality: how fast the meters are, how near to an independent peer, and the fit of VMAF's regression. */
@NullMarked
package io.headend.benchmarks.quality;

import org.jspecify.annotations.NullMarked;
