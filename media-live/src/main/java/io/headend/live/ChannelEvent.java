package io.headend.live;

import io.headend.core.MediaEvent;
import java.time.Instant;

/**
 * A step in the life of a channel.
 *
 * @param state the state that it has entered
 * @param origin {@code channel/} and its name
 */
public record ChannelEvent(ChannelState state, Instant at, String origin, Severity severity, String message)
        implements MediaEvent {}
