package io.headend.transcode;

import java.util.List;

/**
 * Figures of a transcoder at one instant, counted since its start.
 *
 * @param decoded pictures that the decoder gave
 * @param repeated times a picture was shown once more because its successor was late or missing
 * @param dropped pictures left out because their frame had one already
 * @param decodeErrors damaged coded pictures and sound frames
 * @param clockJumps times the source's clock left its course by more than can be filled
 * @param renditions in the ladder's order
 */
public record TranscoderStats(
        long decoded,
        long repeated,
        long dropped,
        long decodeErrors,
        long clockJumps,
        List<RenditionStats> renditions) {

    public TranscoderStats {
        renditions = List.copyOf(renditions);
    }
}
