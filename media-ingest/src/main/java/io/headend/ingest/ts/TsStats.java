package io.headend.ingest.ts;

import java.util.Map;

/**
 * How a transport stream is.
 *
 * @param packets read, null packets included
 * @param priority1 what makes a stream undecodable
 * @param transportErrors packets that the demodulator marked as broken
 * @param tables about the tables of the program
 * @param payload about what is carried
 */
public record TsStats(long packets, Priority1 priority1, long transportErrors, Tables tables, Payload payload) {

    /** A stream of which nothing came. */
    public static final TsStats NONE = new TsCounters().stats();

    /**
     * The indicators of first priority (ETSI TR 101 290, 5.2.1), each as a count.
     *
     * @param syncLoss 1.1, how often synchronisation was lost
     * @param syncByte 1.2, wrong sync bytes
     * @param pat 1.3, half seconds without a PAT, and packets of PID 0 that hold something else or are scrambled
     * @param continuity 1.4, packets lost, out of order or repeated more than once
     * @param pmt 1.5, half seconds without the PMT of the program, and scrambled packets of it
     * @param pid 1.6, stretches of five seconds in which a stream of the program was missing
     */
    public record Priority1(long syncLoss, long syncByte, long pat, long continuity, long pmt, long pid) {}

    /**
     * @param versions program map tables that were unlike the one before
     * @param errors tables that could not be read
     * @param cues splice messages given on
     */
    public record Tables(long versions, long errors, long cues) {}

    /**
     * @param scrambled packets left out because they are encrypted
     * @param undescribed access units left out because they came before their configuration
     * @param oversize PES packets given up because they were too long
     * @param captions pictures that carry CEA-608 or CEA-708 captions
     */
    public record Payload(long scrambled, long undescribed, long oversize, long captions) {}

    /** Adds each count under the name that inputs give it. */
    public void putInto(Map<String, Long> named) {
        named.put("ts_packets", packets);
        named.put("sync_losses", priority1.syncLoss);
        named.put("sync_byte_errors", priority1.syncByte);
        named.put("pat_errors", priority1.pat);
        named.put("continuity_errors", priority1.continuity);
        named.put("pmt_errors", priority1.pmt);
        named.put("pid_errors", priority1.pid);
        named.put("transport_errors", transportErrors);
        named.put("program_versions", tables.versions);
        named.put("table_errors", tables.errors);
        named.put("cues", tables.cues);
        named.put("scrambled_packets", payload.scrambled);
        named.put("undescribed_units", payload.undescribed);
        named.put("oversize_packets", payload.oversize);
        named.put("captioned_pictures", payload.captions);
    }
}
