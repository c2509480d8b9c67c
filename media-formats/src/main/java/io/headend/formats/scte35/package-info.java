/**
 * Splice information (ANSI/SCTE 35), read and written. Start with {@link io.headend.formats.scte35.SpliceInfoSection}.
 *
 * <p>All times are ticks of 90 kHz in 33 bits, as in PES packets. What is reserved or unknown is kept as bytes or skipped, as the
 * specification asks; bytes that contradict themselves are a {@link io.headend.core.MediaException}.
 */
@NullMarked
package io.headend.formats.scte35;

import org.jspecify.annotations.NullMarked;
