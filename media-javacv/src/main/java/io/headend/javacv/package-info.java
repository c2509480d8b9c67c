/**
 * Bridge for programs that use JavaCV: {@link io.headend.javacv.AvFrameConverter} between {@code Frame} and
 * {@code AvFrame}, {@link io.headend.javacv.GrabberSource} from any {@code FrameGrabber} to the house, and
 * {@link io.headend.javacv.EncoderRecorder} from {@code record(Frame)} to any sink of the house. Start at the converter.
 */
@NullMarked
package io.headend.javacv;

import org.jspecify.annotations.NullMarked;
