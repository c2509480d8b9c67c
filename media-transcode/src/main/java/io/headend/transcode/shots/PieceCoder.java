package io.headend.transcode.shots;

import io.headend.transcode.EncoderSettings;
import java.util.List;

/** Encodes pieces of a source and says what they look like. Any number of threads, each its own piece. */
interface PieceCoder {

    /** An encode that is wanted. */
    record Attempt(EncoderSettings settings, double factor) {}

    /** An encode and its mean VMAF; its file is the caller's to delete. */
    record Outcome(CodedPiece coded, double vmaf) {}

    /**
     * Encodes a piece several times.
     *
     * @param every a picture of so many is scored; prime to the period of B pictures, or one kind of them would count
     * @return in the order of the attempts
     */
    List<Outcome> code(Piece piece, List<Attempt> attempts, int every);

    /** Processor time so far. */
    long nanos();
}
