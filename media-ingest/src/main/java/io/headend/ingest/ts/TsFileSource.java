package io.headend.ingest.ts;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.StreamType;
import io.headend.ingest.SourceClock;
import io.headend.ingest.WireSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A recorded transport stream. */
public final class TsFileSource implements WireSource {

    private static final int CHUNK = 1 << 16;
    private static final int LOOK = 1 << 20;

    /** Codings that FFmpeg cuts into frames and this room does not: MPEG-4 video, Blu-ray sound, VC-1, AVS. */
    private static final Set<Integer> NOT_OURS =
            Set.of(0x10, 0x42, 0x80, 0x83, 0x84, 0xA1, 0xA2, 0xD1, 0xD2, 0xD4, 0xEA);

    private final Path file;
    private volatile boolean closed;
    private volatile Map<String, Long> published = Map.of();

    /**
     * @param file one that {@link #reads} knows
     */
    public TsFileSource(Path file) {
        this.file = file;
    }

    /** Whether a file is a transport stream whose first program has only codings that are known here. */
    public static boolean reads(Path file) {
        boolean[] known = {false};
        TsDemuxer look = TsDemuxer.look(table -> known[0] = isKnown(table));
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (int read = 0; read < LOOK && !known[0] && channel.read(chunk.clear()) > 0; read += CHUNK) {
                if (read == 0 && !TsSync.looksLike(chunk.flip())) {
                    return false;
                }
                look.accept(chunk.position(0), SampleInfo.NO_ARRIVAL);
            }
            look.flush();
            return known[0];
        } catch (IOException e) {
            // Whoever reads it says what is wrong.
            return false;
        }
    }

    private static boolean isKnown(ProgramMapTable table) {
        boolean hdmv = table.descriptors().stream().anyMatch(d -> d.isRegisteredAs("HDMV"));
        for (ElementaryStream stream : table.streams()) {
            boolean cueOrDts = stream.streamType() == StreamType.SCTE35 && hdmv;
            if (NOT_OURS.contains(stream.streamType()) || cueOrDts) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void run(StreamSink sink) {
        TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, sink);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            while (!closed && channel.read(chunk.clear()) >= 0) {
                demuxer.accept(chunk.flip(), SampleInfo.NO_ARRIVAL);
                publish(demuxer);
            }
            if (!closed) {
                demuxer.flush();
            }
            publish(demuxer);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void publish(TsDemuxer demuxer) {
        Map<String, Long> counters = new TreeMap<>();
        demuxer.stats().putInto(counters);
        published = Map.copyOf(counters);
    }

    @Override
    public SourceClock clock() {
        return SourceClock.MPEG_33;
    }

    @Override
    public String format() {
        return "mpegts";
    }

    @Override
    public Map<String, Long> counters() {
        return published;
    }

    @Override
    public void close() {
        closed = true;
    }
}
