package io.headend.transcode.quality;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A meter's copy of a picture, in use by the frames that measure it and returned to its pool by the last of them. */
final class StoredPicture {

    private final ConcurrentLinkedQueue<StoredPicture> pool;
    private final AtomicInteger users = new AtomicInteger();
    private final SamplePlane[] planes;

    private StoredPicture(Picture like, int planeCount, ConcurrentLinkedQueue<StoredPicture> pool) {
        this.pool = pool;
        planes = new SamplePlane[planeCount];
        for (int i = 0; i < planeCount; i++) {
            Picture.Plane plane = like.planes().get(i);
            planes[i] = new SamplePlane(plane.width(), plane.height(), like.bitDepth());
        }
    }

    /** A copy of {@code picture} with one user. All pictures of a pool have one shape. */
    static StoredPicture copy(Picture picture, int planeCount, ConcurrentLinkedQueue<StoredPicture> pool) {
        StoredPicture stored = pool.poll();
        if (stored == null) {
            stored = new StoredPicture(picture, planeCount, pool);
        }
        for (int i = 0; i < planeCount; i++) {
            Picture.Plane plane = picture.planes().get(i);
            stored.planes[i].fill(plane.data(), plane.stride());
        }
        stored.users.set(1);
        return stored;
    }

    StoredPicture retain() {
        users.incrementAndGet();
        return this;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            pool.add(this);
        }
    }

    SamplePlane luma() {
        return planes[0];
    }

    SamplePlane[] planes() {
        return planes;
    }
}
