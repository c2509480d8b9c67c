package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_BUFFER_FLAG_READONLY;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_create;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.Free_Pointer_BytePointer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Direct Java buffers as native, read-only, reference-counted ones: a buffer stays reachable until FFmpeg drops the last
 * reference to it.
 *
 * <p><b>Threading:</b> the last reference may be dropped by any thread, also a native one.
 */
final class LentMemory {

    private static final Map<Long, ByteBuffer> LENT = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    private static final class Release extends Free_Pointer_BytePointer {
        static final Release INSTANCE = new Release();

        @Override
        public void call(Pointer opaque, BytePointer data) {
            LENT.remove(opaque.address());
        }
    }

    private LentMemory() {}

    /** A reference of the caller's on the bytes from position to limit. */
    static AVBufferRef lend(ByteBuffer bytes) {
        if (!bytes.isDirect() || !bytes.hasRemaining()) {
            throw MediaException.invalidArgument("only a direct buffer that is not empty can be lent to FFmpeg");
        }
        ByteBuffer slice = bytes.slice();
        long id = IDS.incrementAndGet();
        LENT.put(id, slice);
        AVBufferRef reference = av_buffer_create(
                new BytePointer(slice),
                slice.remaining(),
                Release.INSTANCE,
                new Deadline.Opaque(id),
                AV_BUFFER_FLAG_READONLY);
        if (reference == null) {
            LENT.remove(id);
        }
        return Averror.notNull(reference, "av_buffer_create");
    }

    /** Buffers that FFmpeg still refers to. */
    static int lent() {
        return LENT.size();
    }
}
