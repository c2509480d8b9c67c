package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Track;
import io.headend.core.TrackRole;
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
    private static final String ACCESSIBILITY = "urn:tva:metadata:cs:AudioPurposeCS:2007";
    private static final String TRICK_MODE = "http://dashif.org/guidelines/trickmode";
    private static final String ATMOS = "tag:dolby.com,2018:dash:EC3_";
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
        if (first.track().roles().contains(TrackRole.AUDIO_DESCRIPTION)) {
            descriptors.add(new Descriptor(Element.ACCESSIBILITY, ACCESSIBILITY, "1"));
        }
        if (first.track().roles().contains(TrackRole.HARD_OF_HEARING)) {
            descriptors.add(new Descriptor(Element.ACCESSIBILITY, ACCESSIBILITY, "2"));
        }
        if (first.track().roles().contains(TrackRole.TRICK_PLAY)) {
            descriptors.add(new Descriptor(Element.ESSENTIAL_PROPERTY, TRICK_MODE, main(sets)));
            return descriptors;
        }
        if (first.track().format() instanceof AudioFormat audio && SoundChannels.objects(audio) > 0) {
            int objects = SoundChannels.objects(audio);
            descriptors.add(new Descriptor(Element.SUPPLEMENTAL_PROPERTY, ATMOS + "ExtensionType:2018", "JOC"));
            descriptors.add(new Descriptor(
                    Element.SUPPLEMENTAL_PROPERTY, ATMOS + "ExtensionComplexityIndex:2018", Integer.toString(objects)));
        }
        roles(first, sets).forEach(role -> descriptors.add(new Descriptor(Element.ROLE, ROLE, role)));
        String others = kind == Codec.Kind.VIDEO ? switchable(first, sets) : "";
        if (!others.isEmpty()) {
            descriptors.add(new Descriptor(Element.SUPPLEMENTAL_PROPERTY, SWITCHING, others));
        }
        return descriptors;
    }

    /** Id of the first set of pictures, which those for winding stand for. */
    private static String main(Collection<List<PublishedTrack>> sets) {
        int id = 1;
        for (List<PublishedTrack> set : sets) {
            Track track = set.get(0).track();
            if (track.kind() == Codec.Kind.VIDEO && !track.roles().contains(TrackRole.TRICK_PLAY)) {
                break;
            }
            id++;
        }
        return Integer.toString(id);
    }

    private static List<String> roles(PublishedTrack first, Collection<List<PublishedTrack>> sets) {
        Track track = first.track();
        List<PublishedTrack> others = sets.stream()
                .map(set -> set.get(0))
                .filter(other -> other.track().kind() == track.kind())
                .toList();
        List<Track> all = others.stream().map(PublishedTrack::track).toList();
        boolean main = others.stream()
                .filter(other -> Choice.isDefault(other.track(), all))
                .anyMatch(other -> isOneContent(other, first));
        if (track.kind() == Codec.Kind.TEXT) {
            String what = track.roles().contains(TrackRole.FORCED)
                    ? "forced-subtitle"
                    : track.roles().contains(TrackRole.HARD_OF_HEARING) ? "caption" : "subtitle";
            return main ? List.of("main", what) : List.of(what);
        }
        if (track.roles().contains(TrackRole.AUDIO_DESCRIPTION)) {
            return List.of("description");
        }
        return List.of(track.roles().contains(TrackRole.COMMENTARY) ? "commentary" : main ? "main" : "alternate");
    }

    /** Whether two sets are apart for their keys only. */
    private static boolean isOneContent(PublishedTrack a, PublishedTrack b) {
        return a.track().kind() == b.track().kind()
                && a.codec().sampleEntry().equals(b.codec().sampleEntry())
                && Objects.equals(a.track().language(), b.track().language())
                && a.track().roles().equals(b.track().roles());
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
