package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Bytes of a Java channel for FFmpeg, in one buffer of {@value #BUFFER} bytes. Owns the channel. */
final class ByteSource implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;
    private static final int MAX_EMPTY_READS = 1_000;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;
    private static final Map<Long, ByteSource> OPEN = new ConcurrentHashMap<>();

    private static final class Read extends Read_packet_Pointer_BytePointer_int {
        static final Read INSTANCE = new Read();

        @Override
        public int call(Pointer opaque, BytePointer buffer, int size) {
            ByteSource source = OPEN.get(opaque.address());
            return source == null
                    ? Averror.EXIT
                    : source.read(buffer.capacity(size).asByteBuffer());
        }
    }

    private static final class Seek extends Seek_Pointer_long_int {
        static final Seek INSTANCE = new Seek();

        @Override
        public long call(Pointer opaque, long offset, int whence) {
            ByteSource source = OPEN.get(opaque.address());
            return source == null ? Averror.EXIT : source.seek(offset, whence);
        }
    }

    private final ReadableByteChannel channel;
    private final Deadline deadline;
    private final AVIOContext context;
    private @Nullable Throwable failure;

    ByteSource(ReadableByteChannel channel, Deadline deadline) {
        this.channel = channel;
        this.deadline = deadline;
        BytePointer buffer = new BytePointer(Averror.notNull(av_malloc(BUFFER), "av_malloc"));
        Seek_Pointer_long_int seek = channel instanceof SeekableByteChannel ? Seek.INSTANCE : null;
        AVIOContext allocated =
                avio_alloc_context(buffer, BUFFER, 0, new Deadline.Opaque(deadline.id()), Read.INSTANCE, null, seek);
        if (allocated == null) {
            av_free(buffer);
        }
        context = Averror.notNull(allocated, "avio_alloc_context");
        OPEN.put(deadline.id(), this);
    }

    AVIOContext context() {
        return context;
    }

    /** What the channel threw, if that is why reading ended. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    // Nothing may be thrown into native code, so the failure waits for the caller of the demuxer.
    private int read(ByteBuffer target) {
        try {
            for (int i = 0; i < MAX_EMPTY_READS; i++) {
                if (deadline.passed()) {
                    return Averror.EXIT;
                }
                int count = channel.read(target);
                if (count != 0) {
                    return count < 0 ? Averror.EOF : count;
                }
            }
            throw new IOException("the channel gave no byte in " + MAX_EMPTY_READS + " reads");
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            return Averror.EIO;
        }
    }

    private long seek(long offset, int whence) {
        try {
            SeekableByteChannel seekable = (SeekableByteChannel) channel;
            int how = whence & ~org.bytedeco.ffmpeg.global.avformat.AVSEEK_FORCE;
            if (how == AVSEEK_SIZE) {
                return seekable.size();
            }
            long position = switch (how) {
                case SEEK_SET -> offset;
                case SEEK_CUR -> Math.addExact(seekable.position(), offset);
                case SEEK_END -> Math.addExact(seekable.size(), offset);
                default -> -1;
            };
            if (position < 0) {
                return Averror.EINVAL;
            }
            seekable.position(position);
            return position;
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            return Averror.EIO;
        }
    }

    /** Ends a read that waits, by closing the channel. */
    void closeChannel() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        OPEN.remove(deadline.id());
        // FFmpeg may have put another buffer in the place of ours.
        BytePointer buffer = context.buffer();
        avio_context_free(context);
        av_free(buffer);
        channel.close();
    }
}
