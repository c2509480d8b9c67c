/**
 * What tests of media programs need and should not write again: a {@link io.headend.testkit.SyntheticSource source} whose
 * pictures say their own number, {@link io.headend.testkit.FaultyInput bad weather} for byte inputs, a
 * {@link io.headend.testkit.FakeClock clock} that stands still, {@link io.headend.testkit.MediaDump dumps} for golden files and
 * a {@link io.headend.testkit.LeakExtension JUnit extension} that fails a test on a forgotten native handle. Start at
 * {@code SyntheticSource}.
 */
@NullMarked
package io.headend.testkit;

import org.jspecify.annotations.NullMarked;
