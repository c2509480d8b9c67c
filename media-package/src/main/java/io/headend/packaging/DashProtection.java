package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.formats.dash.Protection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContentProtection} of the scheme and of each DRM system. */
final class DashProtection {

    private DashProtection() {}

    static List<Protection> of(@Nullable ContentProtection protection) {
        if (protection == null) {
            return List.of();
        }
        List<Protection> all = new ArrayList<>();
        all.add(new Protection(
                "urn:mpeg:dash:mp4protection:2011",
                protection.scheme().fourcc(),
                protection.keyId(),
                ByteBuffer.allocate(0),
                ""));
        for (DrmSystem system : protection.systems()) {
            all.add(new Protection("urn:uuid:" + system.systemId(), null, null, system.pssh(), system.licenseUrl()));
        }
        return all;
    }
}
