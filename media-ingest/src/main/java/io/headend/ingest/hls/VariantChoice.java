package io.headend.ingest.hls;

import io.headend.core.MediaException;
import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedMultivariant.Rendition;
import io.headend.formats.hls.parsed.ParsedMultivariant.Variant;
import io.headend.ingest.Hls;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which playlists of a multivariant playlist are followed.
 *
 * @param main places of the variant, the first being the one to use and the others redundant streams (RFC 8216bis, 6.2.4)
 * @param sound renditions with playlists of their own, by the place of each
 */
record VariantChoice(List<URI> main, Map<URI, Rendition> sound) {

    private static final int MOST_RENDITIONS = 16;

    static VariantChoice of(ParsedMultivariant playlist, URI base, Hls.Choice bounds) {
        Variant best = best(playlist.variants(), bounds);
        List<URI> places = new ArrayList<>();
        for (Variant variant : playlist.variants()) {
            if (variant.bandwidth() == best.bandwidth()
                    && variant.codecs().equals(best.codecs())
                    && Objects.equals(variant.resolution(), best.resolution())
                    && Objects.equals(variant.group("AUDIO"), best.group("AUDIO"))) {
                places.add(Fetcher.resolve(base, variant.uri()));
            }
        }
        URI chosen = Fetcher.resolve(base, best.uri());
        places.remove(chosen);
        places.add(0, chosen);
        return new VariantChoice(List.copyOf(places), sound(playlist, best.group("AUDIO"), base, places));
    }

    private static Variant best(List<Variant> variants, Hls.Choice bounds) {
        Comparator<Variant> byBandwidth = Comparator.comparingLong(Variant::bandwidth);
        return variants.stream()
                .filter(v -> bounds.mostBandwidth() == 0 || v.bandwidth() <= bounds.mostBandwidth())
                .filter(v -> bounds.mostHeight() == 0 || height(v) <= bounds.mostHeight())
                .max(byBandwidth)
                .or(() -> variants.stream().min(byBandwidth))
                .orElseThrow(() -> MediaException.malformed("the multivariant playlist names no variant"));
    }

    private static int height(Variant variant) {
        return variant.resolution() == null ? 0 : variant.resolution().height();
    }

    private static Map<URI, Rendition> sound(
            ParsedMultivariant playlist, @Nullable String group, URI base, List<URI> main) {
        Map<URI, Rendition> sound = new LinkedHashMap<>();
        List<Rendition> ordered = new ArrayList<>(playlist.renditions());
        ordered.sort(Comparator.comparing((Rendition r) -> !r.isDefault()));
        for (Rendition rendition : ordered) {
            String uri = rendition.uri();
            if (group != null
                    && uri != null
                    && rendition.type().equals("AUDIO")
                    && rendition.groupId().equals(group)
                    && sound.size() < MOST_RENDITIONS) {
                URI place = Fetcher.resolve(base, uri);
                if (!main.contains(place)) {
                    sound.putIfAbsent(place, rendition);
                }
            }
        }
        return sound;
    }
}
