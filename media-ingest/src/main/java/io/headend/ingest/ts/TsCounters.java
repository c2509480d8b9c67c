package io.headend.ingest.ts;

/** What is counted while a stream is taken apart; one thread writes. */
final class TsCounters {

    long packets;
    long syncLosses;
    long syncByteErrors;
    long continuityErrors;
    long duplicates;
    long transportErrors;
    long patErrors;
    long pmtErrors;
    long pidErrors;
    long scrambled;
    long tableErrors;
    long cues;
    long captions;
    long undescribed;
    long oversize;
    long versions;

    TsStats stats() {
        return new TsStats(
                packets,
                new TsStats.Priority1(syncLosses, syncByteErrors, patErrors, continuityErrors, pmtErrors, pidErrors),
                transportErrors,
                new TsStats.Tables(versions, tableErrors, cues),
                new TsStats.Payload(scrambled, undescribed, oversize, captions));
    }
}
