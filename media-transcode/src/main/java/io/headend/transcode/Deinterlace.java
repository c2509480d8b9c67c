package io.headend.transcode;

/**
 * What becomes of interlaced pictures. Which pictures are interlaced, and which field of them comes first, is told by the
 * coded pictures themselves; progressive ones are never touched.
 */
public enum Deinterlace {
    /** {@link #FIELDS} where the output has room for a picture per field, else {@link #FRAMES}. */
    AUTO,
    /** One picture for both fields: 25 per second of 1080i25. */
    FRAMES,
    /** One picture for each field: 50 per second of 1080i25. */
    FIELDS,
    /** Fields stay woven together. */
    OFF
}
