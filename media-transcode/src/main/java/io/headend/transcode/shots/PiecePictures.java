package io.headend.transcode.shots;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.pictures.ClipFrames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The source's pictures of one piece, for several encodes and scores one after the other: read once where memory allows, else
 * each time. One thread.
 */
final class PiecePictures implements AutoCloseable {

    private static final long MOST_BYTES = 512L << 20;

    private final String url;
    private final Piece piece;
    private final AtomicLong room;
    private final Map<PictureSize, List<AvFrame>> kept = new HashMap<>();
    private long taken;

    /** Bytes that all pieces of a job may keep together. */
    static AtomicLong roomOfJob() {
        return new AtomicLong(MOST_BYTES);
    }

    /** @param room bytes that may yet be kept, shared by the pieces under way */
    PiecePictures(String url, Piece piece, AtomicLong room) {
        this.url = url;
        this.piece = piece;
        this.room = room;
    }

    Piece piece() {
        return piece;
    }

    /** From the piece's first picture on, scaled; one of them at a time. */
    Reader open(PictureSize size) {
        List<AvFrame> pictures = kept.get(size);
        if (pictures != null && pictures.size() == piece.frames()) {
            return new Reader(pictures, null, null);
        }
        if (pictures == null && reserve(3L * size.width() * size.height() / 2 * piece.frames())) {
            pictures = new ArrayList<>();
            kept.put(size, pictures);
            return new Reader(List.of(), open(url, piece, size), pictures);
        }
        return new Reader(List.of(), open(url, piece, size), null);
    }

    private boolean reserve(long bytes) {
        if (room.addAndGet(-bytes) >= 0) {
            taken += bytes;
            return true;
        }
        room.addAndGet(bytes);
        return false;
    }

    /** The pictures in order. */
    final class Reader implements AutoCloseable {

        private final List<AvFrame> known;
        private final @Nullable ClipFrames frames;
        private final @Nullable List<AvFrame> keeping;
        private int at;

        private Reader(List<AvFrame> known, @Nullable ClipFrames frames, @Nullable List<AvFrame> keeping) {
            this.known = known;
            this.frames = frames;
            this.keeping = keeping;
        }

        /** The next picture, the caller's to close. */
        AvFrame next() {
            ClipFrames source = frames;
            if (source == null) {
                return known.get(at++).retain();
            }
            AvFrame frame = source.next();
            if (frame == null) {
                throw MediaException.malformed("'" + url + "' is shorter than before");
            }
            if (keeping != null && keeping.size() < piece.frames()) {
                keeping.add(frame);
                return frame.retain();
            }
            return frame;
        }

        @Override
        public void close() {
            if (frames != null) {
                frames.close();
            }
        }
    }

    /** The pictures of a piece, from its first on. */
    static ClipFrames open(String url, Piece piece, PictureSize size) {
        ClipFrames frames = ClipFrames.open(url, size);
        boolean done = false;
        try {
            if (piece.first() == 0 || frames.seek(piece.time())) {
                done = true;
                return frames;
            }
        } catch (MediaException e) {
            if (e.code() == MediaErrorCode.CLOSED || e.code() == MediaErrorCode.TIMEOUT) {
                throw e;
            }
        } finally {
            if (!done) {
                frames.close();
            }
        }
        return fromTheStart(url, piece, size);
    }

    private static ClipFrames fromTheStart(String url, Piece piece, PictureSize size) {
        ClipFrames frames = ClipFrames.open(url, size);
        boolean done = false;
        try {
            for (long n = 0; n < piece.first(); n++) {
                AvFrame frame = frames.next();
                if (frame == null) {
                    throw MediaException.malformed("'" + url + "' is shorter than before");
                }
                frame.close();
            }
            done = true;
            return frames;
        } finally {
            if (!done) {
                frames.close();
            }
        }
    }

    @Override
    public void close() {
        kept.values().forEach(pictures -> pictures.forEach(AvFrame::close));
        kept.clear();
        room.addAndGet(taken);
        taken = 0;
    }
}
