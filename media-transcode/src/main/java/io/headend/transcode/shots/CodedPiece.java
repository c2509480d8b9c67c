package io.headend.transcode.shots;

import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Track;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece as it was encoded; its samples lie in a file, one after the other.
 *
 * @param factor constant rate factor
 * @param track description that its samples need
 * @param samples scalars in decoding order
 * @param sizes bytes of each
 */
record CodedPiece(Piece piece, double factor, Track track, Path file, List<SampleInfo> samples, List<Integer> sizes) {

    long bytes() {
        return sizes.stream().mapToLong(size -> size).sum();
    }

    /** The samples, the caller's to close. */
    List<Sample> read() {
        List<Sample> result = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (int i = 0; i < samples.size(); i++) {
                result.add(HeapSample.of(samples.get(i), ByteBuffer.wrap(in.readNBytes(sizes.get(i)))));
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read back what was encoded to '" + file + "'", e);
        }
        return result;
    }
}
