package io.headend.transcode.shots;

import io.headend.core.PictureSize;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Pieces of a file, at one size. */
final class FilePieces implements PieceCoder {

    private final String url;
    private final PictureSize size;
    private final PieceEncoder encoder;
    private final PieceScore score;
    private final AtomicLong room;

    /**
     * @param size of the encodes
     * @param scored size at which they are compared with the source
     * @param room bytes of pictures that may be kept, for all that work at the same time
     */
    FilePieces(String url, PictureSize size, PictureSize scored, PieceEncoder encoder, AtomicLong room) {
        this.url = url;
        this.size = size;
        this.encoder = encoder;
        this.score = new PieceScore(scored);
        this.room = room;
    }

    @Override
    public List<Outcome> code(Piece piece, List<Attempt> attempts, int every) {
        List<Outcome> outcomes = new ArrayList<>();
        try (PiecePictures pictures = new PiecePictures(url, piece, room)) {
            for (Attempt attempt : attempts) {
                CodedPiece coded = encoder.encode(pictures, size, attempt.settings(), attempt.factor());
                outcomes.add(new Outcome(coded, score.vmaf(pictures, coded, every)));
            }
        }
        return outcomes;
    }

    @Override
    public long nanos() {
        return encoder.nanos() + score.nanos();
    }
}
