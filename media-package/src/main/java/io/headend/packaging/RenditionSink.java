package io.headend.packaging;

import io.headend.core.SampleProtector;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import java.util.Optional;

final class RenditionSink implements StreamSink {

    RenditionSink(String name, Optional<SampleProtector> protector, Packager.Builder builder, Publisher publisher) {}

    boolean isEnded() {
        return false;
    }

    void close() {}

    @Override
    public void accept(StreamItem item) {
        item.close();
    }
}
