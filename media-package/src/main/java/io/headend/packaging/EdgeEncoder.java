package io.headend.packaging;

import io.headend.core.Sample;
import io.headend.core.Track;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Codes some pictures of a group anew, so that a {@link Harvest} can begin and end at any picture. This module cannot decode: a host
 * gives it one (media-live has {@code EdgeTranscoder}).
 *
 * <p><b>Threading:</b> one call at a time.
 */
@FunctionalInterface
public interface EdgeEncoder {

    /**
     * Codes the pictures of a group whose presentation times are in {@code [from, to)}.
     *
     * @param track AVC, samples with 4-byte lengths
     * @param group whole group of pictures in decoding order, the first one a sync sample; stays the caller's
     * @param from ticks of the track
     * @param to ticks of the track
     * @param parameterSets id that the new parameter sets have, so that they stand beside those of the track
     * @return as many samples as the group has pictures there, the first one a sync sample, no other order than that of presentation
     */
    Edge encode(Track track, List<Sample> group, long from, long to, int parameterSets);

    /**
     * Pictures that were coded anew.
     *
     * @param record decoder configuration ({@code avcC}) with the new parameter sets alone
     * @param samples with 4-byte lengths; decoding times do not matter
     */
    record Edge(ByteBuffer record, List<Sample> samples) {
        public Edge {
            samples = List.copyOf(samples);
        }
    }
}
