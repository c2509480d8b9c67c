package io.headend.examples;

import java.util.Locale;

/**
 * What every encode of a comparison has in common.
 *
 * @param cap bit/s
 */
record CompareSettings(String codec, String preset, long cap, double gopSeconds, String latency) {

    String encoder() {
        return switch (codec) {
            case "avc" -> "x264";
            case "hevc" -> "x265";
            default -> "SVT-AV1";
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s, %s latency, GOP %s s, cap %d kbit/s in 2 s, one thread per encode",
                encoder(),
                preset,
                latency,
                gopSeconds == Math.rint(gopSeconds) ? Long.toString((long) gopSeconds) : Double.toString(gopSeconds),
                cap / 1000);
    }
}
