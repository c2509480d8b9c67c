package io.headend.drm;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ProtectionScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which DRM systems a key is signalled for, and where their licences are. Immutable.
 *
 * @param systems among {@link WidevineHeader#SYSTEM_ID}, {@link PlayReadyHeader#SYSTEM_ID}, {@link FairPlay#SYSTEM_ID}, {@link
 *     PsshBox#COMMON} and {@link PsshBox#CLEAR_KEY}
 * @param widevineUrl where players post Widevine challenges, or empty
 * @param playReadyUrl where players post PlayReady challenges, or empty
 * @param clearKeyUrl where players post W3C ClearKey requests, or empty
 */
public record DrmSystems(Set<UUID> systems, String widevineUrl, String playReadyUrl, String clearKeyUrl) {

    public DrmSystems {
        systems = Set.copyOf(systems);
    }

    /** These systems, without licence URLs: players learn them elsewhere. */
    public static DrmSystems of(UUID... systems) {
        return new DrmSystems(Set.of(systems), "", "", "");
    }

    /** Widevine, PlayReady, FairPlay and the common box; licence URLs are the player's business. */
    public static DrmSystems all() {
        return of(WidevineHeader.SYSTEM_ID, PlayReadyHeader.SYSTEM_ID, FairPlay.SYSTEM_ID, PsshBox.COMMON);
    }

    /**
     * The signalling of one system for a key.
     *
     * @return empty where the system cannot play the scheme: FairPlay knows {@code cbcs} only
     */
    public Optional<DrmSystem> signal(UUID system, ContentKey key, ProtectionScheme scheme) {
        if (system.equals(WidevineHeader.SYSTEM_ID)) {
            return Optional.of(WidevineHeader.of(List.of(key.id()), scheme).system(widevineUrl));
        }
        if (system.equals(PlayReadyHeader.SYSTEM_ID)) {
            return Optional.of(PlayReadyHeader.of(key, scheme, playReadyUrl).system());
        }
        if (system.equals(FairPlay.SYSTEM_ID)) {
            return scheme == ProtectionScheme.CBCS
                    ? Optional.of(FairPlay.system("skd://" + key.id()))
                    : Optional.empty();
        }
        if (system.equals(PsshBox.COMMON)) {
            return Optional.of(PsshBox.commonSystem(key.id()));
        }
        if (system.equals(PsshBox.CLEAR_KEY)) {
            return Optional.of(PsshBox.clearKeySystem(clearKeyUrl));
        }
        return Optional.empty();
    }

    /** The signalling of every system that can play the scheme, in a fixed order. */
    public List<DrmSystem> signals(ContentKey key, ProtectionScheme scheme) {
        List<DrmSystem> signals = new ArrayList<>();
        for (UUID system : List.of(
                PsshBox.COMMON,
                WidevineHeader.SYSTEM_ID,
                PlayReadyHeader.SYSTEM_ID,
                FairPlay.SYSTEM_ID,
                PsshBox.CLEAR_KEY)) {
            if (systems.contains(system)) {
                signal(system, key, scheme).ifPresent(signals::add);
            }
        }
        return signals;
    }
}
