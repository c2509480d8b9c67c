package io.headend.live;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Gives a source that cannot be had again. */
record OneSource(AtomicReference<StreamSource> source) implements Supplier<StreamSource> {

    OneSource(StreamSource only) {
        this(new AtomicReference<>(only));
    }

    @Override
    public StreamSource get() {
        StreamSource only = source.getAndSet(null);
        if (only == null) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "the channel was given one source, which has ended");
        }
        return only;
    }
}
