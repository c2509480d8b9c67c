package io.headend.transcode.quality;

/** Which sample stands for one outside the picture. */
final class Edge {

    private Edge() {}

    /** Mirror without repeating the edge sample: -i is i, n - 1 + i is n - 1 - i. */
    static int reflect(int index, int n) {
        if (n == 1) {
            return 0;
        }
        int i = index;
        while (i < 0 || i >= n) {
            i = i < 0 ? -i : 2 * (n - 1) - i;
        }
        return i;
    }

    /** Mirror that repeats the edge sample: -1 is 0, n is n - 1. */
    static int mirror(int index, int n) {
        int i = index;
        while (i < 0 || i >= n) {
            i = i < 0 ? -1 - i : 2 * n - 1 - i;
        }
        return i;
    }

    /** The wavelet's rule: -1 is 1, n + i is n - 1 - i. */
    static int wavelet(int index, int n) {
        int i = index < 0 ? -index : index;
        return Math.max(0, i >= n ? 2 * n - 1 - i : i);
    }
}
