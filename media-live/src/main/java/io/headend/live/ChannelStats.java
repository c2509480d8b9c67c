package io.headend.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a channel at one instant.
 *
 * @param channel its name
 * @param state where it is in its life
 * @param error why it failed, or {@code null}
 * @param timeline what is listed
 * @param input what came in
 * @param renditions in the ladder's order; empty before the first picture
 */
public record ChannelStats(
        String channel,
        ChannelState state,
        @Nullable String error,
        Timeline timeline,
        Input input,
        List<Output> renditions) {

    public ChannelStats {
        renditions = List.copyOf(renditions);
    }

    /**
     * What the playlists list.
     *
     * @param first number of the first segment listed now, -1 where none is
     * @param last number of the last segment listed now, -1 where none is
     * @param listed segments listed since the start
     * @param missing segment numbers passed over since the start because a rendition lacked them
     * @param latencyMillis from the end of the last listed segment to now; -1 where none is listed
     * @param driftTicks largest distance of any segment's start, of picture or sound, from its place on the epoch grid since
     *     the start
     */
    public record Timeline(long first, long last, long listed, long missing, long latencyMillis, long driftTicks) {}

    /**
     * What came in since the start.
     *
     * @param decoded pictures decoded
     * @param repeated pictures shown once more because the next was late or missing
     * @param dropped pictures left out because their frame had one already
     * @param decodeErrors damaged pictures and sound frames
     * @param queued samples that wait for the decoder now
     * @param overflowed samples dropped because the decoder was too slow
     */
    public record Input(long decoded, long repeated, long dropped, long decodeErrors, int queued, long overflowed) {}

    /**
     * One rendition.
     *
     * @param name its name
     * @param lastBitrate bit/s of the last listed segment
     * @param averageBitrate bit/s of all listed segments
     * @param framesPerSecond coded per second of wall-clock time, lately
     * @param speed the same as a multiple of real time
     * @param queued decoded pictures or sound blocks that wait for the encoder
     */
    public record Output(
            String name, long lastBitrate, long averageBitrate, double framesPerSecond, double speed, int queued) {}
}
