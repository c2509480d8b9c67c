package io.headend.ingest.ts;

/** Recognises closed captions in user data (ATSC A/53 Part 4, 6.2.3). */
final class Captions {

    private static final int UNITED_STATES = 0xB5;
    private static final int ATSC = 0x0031;
    private static final int GA94 = 0x47413934;

    private Captions() {}

    /** A registered user data SEI message of ITU-T T.35. */
    static boolean isAtsc(EsBuffer es, int from, int to) {
        return to - from >= 8
                && es.u8(from) == UNITED_STATES
                && (es.u8(from + 1) << 8 | es.u8(from + 2)) == ATSC
                && isGa94(es, from + 3, to);
    }

    /** User data of MPEG-2 behind its start code, or of an SEI message behind the provider code. */
    static boolean isGa94(EsBuffer es, int from, int to) {
        return to - from >= 5 && es.bytes().getInt(from) == GA94 && es.u8(from + 4) == 3;
    }
}
