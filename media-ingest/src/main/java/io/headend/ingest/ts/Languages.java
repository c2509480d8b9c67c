package io.headend.ingest.ts;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;

/** From ISO 639-2, bibliographic or terminological, to BCP 47. */
final class Languages {

    private static final Map<String, String> TWO_LETTERS = twoLetters();

    private Languages() {}

    static String bcp47(String iso639) {
        return TWO_LETTERS.getOrDefault(iso639, iso639);
    }

    // RFC 5646 clause 2.2.1: the two-letter code where there is one.
    private static Map<String, String> twoLetters() {
        Map<String, String> codes = new HashMap<>(Map.ofEntries(
                Map.entry("ger", "de"),
                Map.entry("fre", "fr"),
                Map.entry("dut", "nl"),
                Map.entry("gre", "el"),
                Map.entry("cze", "cs"),
                Map.entry("slo", "sk"),
                Map.entry("rum", "ro"),
                Map.entry("chi", "zh"),
                Map.entry("per", "fa"),
                Map.entry("wel", "cy"),
                Map.entry("ice", "is"),
                Map.entry("alb", "sq"),
                Map.entry("baq", "eu"),
                Map.entry("mac", "mk"),
                Map.entry("may", "ms"),
                Map.entry("arm", "hy"),
                Map.entry("geo", "ka"),
                Map.entry("bur", "my"),
                Map.entry("tib", "bo")));
        for (String two : Locale.getISOLanguages()) {
            try {
                codes.put(new Locale.Builder().setLanguage(two).build().getISO3Language(), two);
            } catch (MissingResourceException e) {
                codes.remove(two);
            }
        }
        return Map.copyOf(codes);
    }
}
