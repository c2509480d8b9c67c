package io.headend.transcode;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Still pictures of a program as JPEG, taken while it is encoded, without a logo. Where encoding one takes longer than the
 * time to the next, the next is left out: snapshots never hold anything up.
 *
 * @param every time on the epoch timeline between two of them, 100 ms to a day; they lie on multiples of it
 * @param height of each in samples, 16 to 4320; the width follows the picture's shape. 0 for the picture's own size
 * @param quality 1 (small) to 100 (good)
 * @param sink told of each, on a thread of the transcoder
 */
public record Snapshots(Duration every, int height, int quality, Consumer<Snapshot> sink) {

    public Snapshots {
        if (every.compareTo(Duration.ofMillis(100)) < 0 || every.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("snapshots are taken every 0.1 s to 24 h, not every " + every);
        }
        if (height != 0 && (height < 16 || height > 4320)) {
            throw new IllegalArgumentException("snapshots have 16 to 4320 lines (or 0 for all), not " + height);
        }
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("the quality of snapshots is 1 to 100, not " + quality);
        }
    }

    /** Of the picture's own size, at quality 80. */
    public static Snapshots of(Duration every, Consumer<Snapshot> sink) {
        return new Snapshots(every, 0, 80, sink);
    }

    public Snapshots withHeight(int newHeight) {
        return new Snapshots(every, newHeight, quality, sink);
    }
}
