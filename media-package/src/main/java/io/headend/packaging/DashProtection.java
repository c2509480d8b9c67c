package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.formats.dash.Protection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** {@code ContentProtection} of the scheme and of each DRM system. */
final class DashProtection {

    private DashProtection() {}

    /** Where keys change with time neither key ids nor boxes are said: they stand in the fragments. */
    static List<Protection> of(PublishedTrack track) {
        ContentProtection protection = track.protection();
        if (protection == null) {
            return List.of();
        }
        boolean changing = track.keysChange();
        ByteBuffer none = ByteBuffer.allocate(0);
        List<Protection> all = new ArrayList<>();
        all.add(new Protection(
                "urn:mpeg:dash:mp4protection:2011",
                protection.scheme().fourcc(),
                changing ? null : protection.keyId(),
                none,
                ""));
        for (DrmSystem system : protection.systems()) {
            all.add(new Protection(
                    "urn:uuid:" + system.systemId(), null, null, changing ? none : system.pssh(), system.licenseUrl()));
        }
        return all;
    }
}
