package io.headend.transcode.compare;

import io.headend.transcode.GopReport;
import java.nio.file.Path;
import java.util.List;

/**
 * A finished encode.
 *
 * @param file an MP4 file, one picture for each of the clip's
 * @param bytes of its samples, without the container
 * @param cpuNanos processor time of the encoder with all analysis, without decoding, scaling and writing the file; 0 where it
 *     was made elsewhere
 * @param latencyFrames pictures that had gone in when the first one came out, beyond that one; -1 where not known
 * @param gops groups of pictures as the encoder reported them
 */
public record Encoded(Path file, long bytes, long cpuNanos, int latencyFrames, List<GopReport> gops) {

    public Encoded {
        gops = List.copyOf(gops);
    }
}
