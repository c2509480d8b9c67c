package io.headend.core;

/**
 * Takes events. Called from the thread on which the thing happened, so it returns at once and throws nothing; it may be
 * called by several threads.
 */
@FunctionalInterface
public interface EventSink {

    EventSink NONE = event -> {};

    void accept(MediaEvent event);

    /** The same sink, but what it throws is logged and goes no further: a part that is being ended must end. */
    static EventSink guarded(EventSink sink) {
        return sink == NONE || sink instanceof Guards.Events ? sink : new Guards.Events(sink);
    }
}
