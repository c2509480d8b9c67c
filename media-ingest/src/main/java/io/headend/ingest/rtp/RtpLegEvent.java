package io.headend.ingest.rtp;

import io.headend.core.MediaEvent;
import java.time.Instant;

/**
 * One leg of a stream went silent, or came back.
 *
 * @param at when it was noticed
 * @param origin which input
 * @param leg 0 for the first
 * @param up whether it came back
 */
public record RtpLegEvent(Instant at, String origin, int leg, boolean up) implements MediaEvent {

    @Override
    public Severity severity() {
        return up ? Severity.INFO : Severity.WARNING;
    }

    @Override
    public String message() {
        return up ? "leg " + leg + " brings packets again" : "leg " + leg + " brings no packets";
    }
}
