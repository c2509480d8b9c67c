/**
 * A live channel in one object: it takes any {@link io.headend.core.StreamSource}, lays it on the epoch timeline, encodes a
 * ladder, packages it and answers HTTP requests for it.
 *
 * <p>Start with {@link io.headend.live.LiveChannel} and {@link io.headend.live.ChannelSpec}.
 */
@NullMarked
package io.headend.live;

import org.jspecify.annotations.NullMarked;
