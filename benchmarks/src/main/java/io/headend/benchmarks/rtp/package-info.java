/** RTP: how much forward error correction repairs, beside a peer and against the arithmetic, and what it costs. */
@NullMarked
package io.headend.benchmarks.rtp;

import org.jspecify.annotations.NullMarked;
