package io.headend.transcode.quality;

/** The rows that a wavelet level reads, even and odd columns apart. A row stays valid until eight rows later are asked for. */
sealed interface WaveletRows {

    float[] even(int y);

    float[] odd(int y);

    /** Widened from the picture as they are asked for, in rising order. */
    final class OfPlane implements WaveletRows {

        private static final int RING = 8;

        private final SamplePlane plane;
        private final Kernels kernels;
        private final float[][] even;
        private final float[][] odd;
        private int filled;

        OfPlane(SamplePlane plane, Kernels kernels) {
            this.plane = plane;
            this.kernels = kernels;
            even = new float[RING][(plane.width + 1) / 2];
            odd = new float[RING][(plane.width + 1) / 2];
        }

        @Override
        public float[] even(int y) {
            fill(y);
            return even[y % RING];
        }

        @Override
        public float[] odd(int y) {
            fill(y);
            return odd[y % RING];
        }

        private void fill(int y) {
            for (; filled <= y; filled++) {
                kernels.widenSplit(plane, filled, even[filled % RING], odd[filled % RING]);
            }
        }
    }

    /** The approximation band of the level before. */
    @SuppressWarnings("ArrayRecordComponent") // internal, never compared
    record Stored(float[][] evenRows, float[][] oddRows) implements WaveletRows {

        @Override
        public float[] even(int y) {
            return evenRows[y];
        }

        @Override
        public float[] odd(int y) {
            return oddRows[y];
        }
    }
}
