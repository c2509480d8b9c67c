package io.headend.transcode;

/**
 * What is done to pictures and sound between decoder and encoder, for all renditions alike.
 *
 * @param deinterlace what becomes of interlaced pictures
 */
public record Processing(Deinterlace deinterlace) {

    /** Interlaced pictures are made progressive, nothing else is changed. */
    public static final Processing STANDARD = new Processing(Deinterlace.AUTO);

    public Processing withDeinterlace(Deinterlace how) {
        return new Processing(how);
    }
}
