package io.headend.formats.isobmff;

import java.util.Locale;
import java.util.MissingResourceException;

/** ISO 639-2 codes, which boxes hold, and the shortest codes of BCP 47. */
final class Languages {

    private Languages() {}

    /** The two-letter code where there is one, else the given one. */
    static String shortest(String iso639) {
        if (iso639.equals("eng")) {
            return "en";
        }
        for (String two : Locale.getISOLanguages()) {
            try {
                if (Locale.forLanguageTag(two).getISO3Language().equals(iso639)) {
                    return two;
                }
            } catch (MissingResourceException e) {
                // A language that has no code of three letters is not the one.
            }
        }
        return iso639;
    }
}
