package io.headend.transcode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which faster settings may take the place of a rendition's own while it runs. They keep everything that the headers (SPS,
 * PPS) tell, so that groups of pictures of both go into one stream; whether they really do is seen by comparing headers.
 */
final class PresetSteps {

    private static final List<String> X26X = List.of(
            "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo");

    // What costs time and shows in no header.
    private static final Set<String> WORK = Set.of(
            "trellis",
            "subme",
            "me",
            "merange",
            "me-range",
            "rc-lookahead",
            "lookahead",
            "b-adapt",
            "mixed-refs",
            "partitions",
            "analyse",
            "fast-pskip",
            "no-fast-pskip",
            "direct",
            "mbtree",
            "no-mbtree",
            "rd",
            "rdoq-level");

    private PresetSteps() {}

    /** What to try for a level, best first; empty where the settings stay as they are. */
    static List<EncoderSettings> faster(EncoderSettings own, ComputeLevel level) {
        if (!level.isAtLeast(ComputeLevel.FASTER_PRESET)) {
            return List.of();
        }
        boolean most = level.isAtLeast(ComputeLevel.FASTEST_PRESET);
        return switch (own.codec()) {
            case AVC -> x264(own, most);
            case HEVC -> x265(own, most);
            default -> svtAv1(own, most);
        };
    }

    private static int next(int at, boolean most) {
        return most ? 0 : at > 5 ? 5 : at > 3 ? 2 : at > 1 ? 1 : 0;
    }

    private static List<EncoderSettings> x264(EncoderSettings own, boolean most) {
        int at = X26X.indexOf(own.preset());
        if (at < 1) {
            return List.of();
        }
        Map<String, String> headers = new TreeMap<>();
        headers.put(
                "ref",
                List.of("1", "1", "1", "2", "2", "3", "5", "8", "16", "16").get(at));
        headers.put("bframes", at > 7 ? "8" : "3");
        headers.put("weightp", at > 4 ? "2" : "1");
        headers.put("weightb", "1");
        headers.put("8x8dct", "1");
        headers.put("cabac", "1");
        // Presets from "fast" on shift chroma for the sake of psychovisual decisions that the faster ones do not make.
        Map<String, String> shifted = new TreeMap<>(headers);
        shifted.put("chroma-qp-offset", "-2");
        String preset = X26X.get(next(at, most));
        return List.of(with(own, preset, headers), with(own, preset, shifted));
    }

    private static List<EncoderSettings> x265(EncoderSettings own, boolean most) {
        int at = X26X.indexOf(own.preset());
        if (at < 1) {
            return List.of();
        }
        Map<String, String> headers = new TreeMap<>();
        headers.put("ctu", at > 1 ? "64" : "32");
        headers.put("min-cu-size", "8");
        headers.put(
                "ref", List.of("1", "1", "2", "2", "3", "3", "4", "5", "5", "5").get(at));
        headers.put(
                "bframes",
                List.of("3", "3", "4", "4", "4", "4", "4", "8", "8", "8").get(at));
        headers.put("weightp", at > 1 ? "1" : "0");
        headers.put("sao", "1");
        headers.put("signhide", "1");
        headers.put("aq-mode", "2");
        return List.of(with(own, X26X.get(next(at, most)), headers));
    }

    private static List<EncoderSettings> svtAv1(EncoderSettings own, boolean most) {
        int preset = own.preset().matches("\\d{1,2}") ? Integer.parseInt(own.preset()) : 13;
        List<EncoderSettings> tries = new ArrayList<>();
        for (int faster = most ? 12 : Math.min(12, preset + 2); faster > preset; faster--) {
            tries.add(with(own, Integer.toString(faster), Map.of()));
        }
        return tries;
    }

    private static EncoderSettings with(EncoderSettings own, String preset, Map<String, String> headers) {
        Map<String, String> options = new TreeMap<>(headers);
        own.options().forEach((name, value) -> {
            if (!WORK.contains(name)) {
                options.put(name, value);
            }
        });
        return new EncoderSettings(own.codec(), preset, own.rateControl(), own.pixelFormat(), own.threads(), options);
    }
}
