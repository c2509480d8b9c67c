package io.headend.packaging;

/** The MPD (ISO/IEC 23009-1) of a snapshot, as a function of it alone. */
public final class DashWriter {

    private DashWriter() {}

    /** {@code manifest.mpd}. */
    public static String mpd(Presentation presentation) {
        return "";
    }
}
