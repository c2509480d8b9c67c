package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.formats.dash.Descriptor;
import io.headend.formats.dash.Descriptor.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Roles, labels and captions of adaptation sets. */
final class DashDescriptors {

    private static final String ROLE = "urn:mpeg:dash:role:2011";
    private static final String CEA_608 = "urn:scte:dash:cc:cea-608:2015";
    private static final String SWITCHING = "urn:mpeg:dash:adaptation-set-switching:2016";
    private static final String CEA_708 = "urn:scte:dash:cc:cea-708:2015";

    private DashDescriptors() {}

    /**
     * @param first track of the set
     * @param sets tracks of all sets of the period
     */
    static List<Descriptor> of(Presentation presentation, PublishedTrack first, Collection<List<PublishedTrack>> sets) {
        List<Descriptor> descriptors = new ArrayList<>();
        Codec.Kind kind = first.track().kind();
        if (kind == Codec.Kind.VIDEO) {
            captions(presentation, descriptors, false);
            captions(presentation, descriptors, true);
        }
        descriptors.add(new Descriptor(Element.ROLE, ROLE, role(first, kind, sets)));
        String others = kind == Codec.Kind.VIDEO ? switchable(first, sets) : "";
        if (!others.isEmpty()) {
            descriptors.add(new Descriptor(Element.SUPPLEMENTAL_PROPERTY, SWITCHING, others));
        }
        return descriptors;
    }

    private static String role(PublishedTrack first, Codec.Kind kind, Collection<List<PublishedTrack>> sets) {
        if (kind == Codec.Kind.TEXT) {
            return "subtitle";
        }
        for (List<PublishedTrack> set : sets) {
            if (set.get(0).track().kind() == kind) {
                return isOneContent(set.get(0), first) ? "main" : "alternate";
            }
        }
        return "main";
    }

    /** Whether two sets are apart for their keys only. */
    private static boolean isOneContent(PublishedTrack a, PublishedTrack b) {
        return a.track().kind() == b.track().kind()
                && a.codec().sampleEntry().equals(b.codec().sampleEntry())
                && Objects.equals(a.track().language(), b.track().language());
    }

    /** The sets that a player may switch to although they have other keys (ISO/IEC 23009-1, 5.3.3.5). */
    private static String switchable(PublishedTrack first, Collection<List<PublishedTrack>> sets) {
        List<String> ids = new ArrayList<>();
        int id = 0;
        for (List<PublishedTrack> set : sets) {
            id++;
            if (!set.get(0).name().equals(first.name()) && isOneContent(set.get(0), first)) {
                ids.add(Integer.toString(id));
            }
        }
        return String.join(",", ids);
    }

    private static void captions(Presentation presentation, List<Descriptor> into, boolean digital) {
        String services = presentation.settings().captions().stream()
                .filter(service -> service.is708() == digital)
                .map(service -> digital
                        ? service.service().substring("SERVICE".length()) + "=lang:" + service.language()
                        : service.service() + "=" + service.language())
                .collect(Collectors.joining(";"));
        if (!services.isEmpty()) {
            into.add(new Descriptor(Element.ACCESSIBILITY, digital ? CEA_708 : CEA_608, services));
        }
    }

    static List<String> labels(PublishedTrack first, List<PublishedTrack> all) {
        if (first.track().kind() == Codec.Kind.VIDEO || first.track().language() == null) {
            return List.of();
        }
        return List.of(Labels.of(
                first,
                all.stream()
                        .filter(t -> t.track().kind() == first.track().kind())
                        .toList()));
    }
}
