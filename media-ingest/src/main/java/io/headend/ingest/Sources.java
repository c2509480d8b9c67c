package io.headend.ingest;

/** Which reader reads which input. */
final class Sources {

    /** Makes a source for each connection. */
    @FunctionalInterface
    interface Opener {
        WireSource open();
    }

    private Sources() {}

    /** Nothing is opened before the source runs. */
    static WireSource of(InputSpec spec, Waiting waiting) {
        return new ContainerSource(closed -> DemuxerContainer.open(spec, waiting.or(closed)));
    }
}
