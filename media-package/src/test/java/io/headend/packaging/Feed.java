package io.headend.packaging;

import io.headend.core.EndOfStream;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Feeds clips to a packager and reads back what it stored. */
final class Feed {

    private Feed() {}

    static void all(StreamSink sink, Clips.Clip clip) {
        sink.accept(new TrackInfo(clip.track()));
        for (Sample sample : clip.samples()) {
            sink.accept(sample.retain());
        }
        sink.accept(new EndOfStream());
    }

    /** Initialisation segment and every listed segment. */
    static List<ByteBuffer> stored(SegmentStore store, String rendition) {
        List<ByteBuffer> parts = new ArrayList<>();
        parts.add(bytes(store.reader().init(rendition, "init.mp4").orElseThrow()));
        for (PublishedTrack track : store.reader().presentation().orElseThrow().tracks()) {
            if (track.name().equals(rendition)) {
                track.segments().forEach(s -> parts.add(segment(store, rendition, s.number())));
            }
        }
        return parts;
    }

    static ByteBuffer segment(SegmentStore store, String rendition, long number) {
        return bytes(store.reader()
                .awaitSegment(rendition, number, Duration.ZERO)
                .toCompletableFuture()
                .join()
                .orElseThrow());
    }

    static ByteBuffer bytes(StoredObject object) {
        MediaBody body = object.body();
        ByteBuffer all = ByteBuffer.allocate((int) body.length());
        if (body instanceof MediaBody.Bytes memory) {
            memory.parts().forEach(p -> all.put(p.duplicate()));
        } else if (body instanceof MediaBody.FileRegion file) {
            try (var channel = FileChannel.open(file.file())) {
                while (all.hasRemaining() && channel.read(all, file.offset() + all.position()) >= 0) {}
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all.flip();
    }

    static String text(StoredObject object) {
        return StandardCharsets.UTF_8.decode(bytes(object)).toString();
    }
}
