package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.formats.dash.Protection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code ContentProtection} of the scheme and of each DRM system. */
final class DashProtection {

    private static final UUID COMMON = UUID.fromString("1077efec-c0b2-4d02-ace3-3c1e52e2fb4b");
    private static final UUID CLEAR_KEY = UUID.fromString("e2719d58-a985-b3c9-781a-b030af78d30e");

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
            // FairPlay's skd: names a key to an application, and is no place to ask for a licence
            String license = system.licenseUrl().startsWith("skd:") ? "" : system.licenseUrl();
            if (system.systemId().equals(COMMON)) {
                license = clearKeyUrl(protection);
            }
            all.add(new Protection(
                    "urn:uuid:" + system.systemId(), null, null, changing ? none : system.pssh(), license));
        }
        return all;
    }

    /** Players take the common box for ClearKey, and ask where the element that has it says. */
    private static String clearKeyUrl(ContentProtection protection) {
        return protection.systems().stream()
                .filter(system -> system.systemId().equals(CLEAR_KEY))
                .map(DrmSystem::licenseUrl)
                .findFirst()
                .orElse("");
    }
}
