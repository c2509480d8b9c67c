package io.headend.transcode;

import org.jspecify.annotations.Nullable;

/**
 * What is done to pictures and sound between decoder and encoder, for all renditions alike.
 *
 * @param deinterlace what becomes of interlaced pictures
 * @param overlay what lies over the pictures, or {@code null}
 * @param snapshots what is taken of them beside the encoding, or {@code null}
 * @param loudness how loud the sound becomes, or {@code null} to leave it as it is
 */
public record Processing(
        Deinterlace deinterlace,
        @Nullable Overlay overlay,
        @Nullable Snapshots snapshots,
        @Nullable Loudness loudness) {

    /** Interlaced pictures are made progressive, nothing else is changed. */
    public static final Processing STANDARD = new Processing(Deinterlace.AUTO, null, null, null);

    public Processing withDeinterlace(Deinterlace how) {
        return new Processing(how, overlay, snapshots, loudness);
    }

    public Processing withOverlay(@Nullable Overlay what) {
        return new Processing(deinterlace, what, snapshots, loudness);
    }

    public Processing withSnapshots(@Nullable Snapshots which) {
        return new Processing(deinterlace, overlay, which, loudness);
    }

    public Processing withLoudness(@Nullable Loudness target) {
        return new Processing(deinterlace, overlay, snapshots, target);
    }
}
