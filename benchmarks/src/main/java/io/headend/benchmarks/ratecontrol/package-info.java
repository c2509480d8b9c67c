/** The laboratory of the content-adaptive rate control: recipes swept over clips, and the training of its model. */
@NullMarked
package io.headend.benchmarks.ratecontrol;

import org.jspecify.annotations.NullMarked;
