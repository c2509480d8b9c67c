package io.headend.formats.av1;

import io.headend.formats.BitReader;

/** {@code film_grain_params} behind the flag that there are any (AV1 specification, 5.9.30): read over. */
final class FilmGrain {

    private FilmGrain() {}

    static void skip(BitReader in, SequenceParameters sequence, boolean inter) {
        if (!in.readFlag()) {
            return;
        }
        in.skip(16);
        if (inter && !in.readFlag()) {
            in.skip(3);
            return;
        }
        int luma = in.read(4);
        in.skip(16 * luma);
        boolean fromLuma = !sequence.monochrome && in.readFlag();
        int cb = 0;
        int cr = 0;
        if (!sequence.monochrome && !fromLuma && !(sequence.subsampled && luma == 0)) {
            cb = in.read(4);
            in.skip(16 * cb);
            cr = in.read(4);
            in.skip(16 * cr);
        }
        in.skip(2);
        int lag = in.read(2);
        int coefficients = 2 * lag * (lag + 1);
        int chroma = coefficients + (luma > 0 ? 1 : 0);
        in.skip(luma > 0 ? 8 * coefficients : 0);
        in.skip(fromLuma || cb > 0 ? 8 * chroma : 0);
        in.skip(fromLuma || cr > 0 ? 8 * chroma : 0);
        in.skip(4 + (cb > 0 ? 25 : 0) + (cr > 0 ? 25 : 0) + 2);
    }
}
