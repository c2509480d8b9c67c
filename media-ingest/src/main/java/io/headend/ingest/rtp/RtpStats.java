package io.headend.ingest.rtp;

import java.util.List;

/**
 * What became of the packets of a stream.
 *
 * @param packets of the merged stream
 * @param fec of both FEC streams of all legs
 * @param restarts how often the sender began to count anew
 * @param malformed packets that are no RTP, or too long
 * @param legs in the order in which they were named
 */
public record RtpStats(Packets packets, Fec fec, long restarts, long malformed, List<Leg> legs) {

    /**
     * Packets by their number; {@code received + lost} is how many the sender sent.
     *
     * @param received brought in time by at least one leg
     * @param recovered brought by none, computed from FEC packets in time
     * @param unrecovered neither came nor could be computed in time
     * @param reordered among the received: came after one with a higher number
     * @param late came after they had been given up, or too old to be told; among the unrecovered
     * @param duplicates copies beyond the first that one leg brought
     */
    public record Packets(long received, long recovered, long unrecovered, long reordered, long late, long duplicates) {

        /** What no leg brought in time. */
        public long lost() {
            return recovered + unrecovered;
        }
    }

    /** FEC packets: columns, rows, and those that were malformed or fitted no packets. */
    public record Fec(long columns, long rows, long malformed) {}

    /**
     * One leg.
     *
     * @param received packets without repetition
     * @param lost between its first and its last packet
     * @param duplicates packets that it brought again
     * @param up whether it brought a packet lately
     */
    public record Leg(long received, long lost, long duplicates, boolean up) {}
}
