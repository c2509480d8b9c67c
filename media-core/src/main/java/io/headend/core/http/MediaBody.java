package io.headend.core.http;

import io.headend.core.MediaErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The payload of a request or a response. */
public sealed interface MediaBody extends AutoCloseable {

    static MediaBody empty() {
        return new Empty();
    }

    /** Payload bytes, or -1 where they are not known before the end. */
    long length();

    @Override
    default void close() {}

    /**
     * The whole payload in memory, for bodies that are small by their nature; closes the body.
     *
     * @param limit most bytes; the stage fails with {@link MediaErrorCode#EXHAUSTED} as soon as there are more
     */
    default CompletionStage<byte[]> collect(int limit) {
        return BodyCollector.collect(this, limit);
    }

    /** No payload. */
    record Empty() implements MediaBody {
        @Override
        public long length() {
            return 0;
        }
    }

    /**
     * Bytes in memory, in order; never copied, never changed.
     *
     * @param parts read-only, each sent from position to limit; each call gives views of their own, so one body can be sent
     *     many times
     */
    record Bytes(List<ByteBuffer> parts) implements MediaBody {
        public Bytes {
            parts = parts.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
        }

        public Bytes(ByteBuffer part) {
            this(List.of(part));
        }

        @Override
        public List<ByteBuffer> parts() {
            return parts.stream().map(ByteBuffer::duplicate).toList();
        }

        @Override
        public long length() {
            long sum = 0;
            for (ByteBuffer part : parts) {
                sum += part.remaining();
            }
            return sum;
        }
    }

    /** A stretch of a file, sent by the kernel where the server can. */
    record FileRegion(Path file, long offset, long length) implements MediaBody {}

    /**
     * Bytes that come into being while they are sent, such as the chunks of a segment still being written.
     *
     * @param length total bytes, or -1
     */
    record Pulled(ChunkSource source, long length) implements MediaBody {
        @Override
        public void close() {
            source.close();
        }
    }

    /** Gives bytes one by one; one {@code next} at a time. */
    interface ChunkSource extends AutoCloseable {

        /** The next bytes as soon as there are any, or empty at the end; fails if the rest will never come. */
        CompletionStage<Optional<ByteBuffer>> next();

        @Override
        void close();
    }
}
