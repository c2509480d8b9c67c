package io.headend.core;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message that is bound to a time of the program, such as an SCTE-35 splice.
 *
 * @param schemeIdUri what the message is, such as {@code urn:scte:scte35:2013:bin}
 * @param id identifies the event, for de-duplication; empty where the scheme has none
 * @param at when it applies
 * @param duration how long it applies, or {@code null} where the message says nothing
 * @param message the message itself; read-only
 */
public record Cue(
        String schemeIdUri,
        String id,
        Timestamp at,
        @Nullable Timestamp duration,
        ByteBuffer message) implements StreamItem {

    public Cue {
        message = CodecConfig.copyOf(message);
    }

    @Override
    public ByteBuffer message() {
        return message.duplicate();
    }
}
