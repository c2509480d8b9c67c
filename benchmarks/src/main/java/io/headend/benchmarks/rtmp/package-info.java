/** RTMP: what relaying to many viewers costs beside nginx-rtmp, how late it is, and what one bad client does to the others. */
@NullMarked
package io.headend.benchmarks.rtmp;

import org.jspecify.annotations.NullMarked;
