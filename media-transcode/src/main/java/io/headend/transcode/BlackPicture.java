package io.headend.transcode;

import io.headend.ffmpeg.AvFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A picture that is black whatever its transfer curve: least luma of the limited range, no colour. */
final class BlackPicture {

    private static final byte LUMA = 16;
    private static final byte CHROMA = (byte) 128;

    private BlackPicture() {}

    /** Of the same size, shape of samples and colour description as another; the caller's to close. */
    static AvFrame like(AvFrame picture) {
        AvFrame black = AvFrame.allocateVideo("yuv420p", picture.width(), picture.height());
        for (int plane = 0; plane < black.planes(); plane++) {
            ByteBuffer samples = black.plane(plane);
            byte[] row = new byte[black.rowBytes(plane)];
            Arrays.fill(row, plane == 0 ? LUMA : CHROMA);
            for (int y = 0; y < black.rows(plane); y++) {
                samples.put(y * black.stride(plane), row);
            }
        }
        return black.describe(picture.color().withFullRange(false), picture.sampleAspectRatio());
    }
}
