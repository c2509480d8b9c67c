package io.headend.core;

/**
 * Takes events. Called from the thread on which the thing happened, so it returns at once and throws nothing; it may be
 * called by several threads.
 */
@FunctionalInterface
public interface EventSink {

    EventSink NONE = event -> {};

    void accept(MediaEvent event);
}
