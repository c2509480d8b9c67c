package io.headend.packaging;

/** One of the two places to which the pipelines of a channel push. */
public enum IngestSlot {
    A,
    B;

    IngestSlot other() {
        return this == A ? B : A;
    }
}
