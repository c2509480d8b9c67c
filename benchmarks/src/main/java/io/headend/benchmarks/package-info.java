/** Questions about cost, each with its command. */
@NullMarked
package io.headend.benchmarks;

import org.jspecify.annotations.NullMarked;
