package io.headend.formats.dash;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What turns one MPD into a later one ({@code Patch}, ISO/IEC 23009-1, 5.15, by the operations of RFC 5261).
 *
 * @param base the MPD that the client has
 * @param next the one that it shall have
 */
public record MpdPatch(Mpd base, Mpd next) {

    /** One operation on what {@code sel} selects, always one node. */
    sealed interface Operation {
        String sel();
    }

    record Remove(String sel) implements Operation {}

    record ReplaceAttribute(String sel, String value) implements Operation {}

    record ReplaceRun(String sel, SegmentTimeline.S with) implements Operation {}

    record AddRuns(String sel, List<SegmentTimeline.S> runs) implements Operation {}

    /** After the period that is selected. */
    record AddPeriod(String sel, Period period) implements Operation {}

    /** Two MPDs whose difference the operations above cannot tell. */
    private static final class Inexpressible extends Exception {
        private static final long serialVersionUID = 1;

        Inexpressible() {
            super("the difference of the two cannot be told by a patch", null, false, false);
        }
    }

    /** The document, or empty where only a whole MPD can say what changed. */
    public Optional<String> toXml() {
        boolean live = base.type() instanceof Mpd.Dynamic && next.type() instanceof Mpd.Dynamic;
        boolean named = !next.service().id().isEmpty()
                && base.service().id().equals(next.service().id())
                && base.service().patch() != null
                && next.service().patch() != null;
        if (!live || !named || !sameSettings() || next.periods().isEmpty()) {
            return Optional.empty();
        }
        boolean anchored = next.periods().stream().anyMatch(p -> find(base.periods(), p.id()) != null);
        if (!anchored) {
            return Optional.empty();
        }
        try {
            return Optional.of(new MpdWriter().write(this, operations()));
        } catch (Inexpressible e) {
            return Optional.empty();
        }
    }

    /**
     * A patch that applies to no MPD, at which clients fetch the MPD itself: a patch whose {@code originalPublishTime} is not
     * that of their MPD is discarded for it (5.15.3), whereas at an error they ask for the same patch again.
     *
     * @param mpdId id of the MPD
     */
    public static String ofNothing(String mpdId) {
        return new MpdWriter().patchOfNothing(mpdId);
    }

    private boolean sameSettings() {
        Mpd.Dynamic before = (Mpd.Dynamic) base.type();
        Mpd.Dynamic after = (Mpd.Dynamic) next.type();
        return after.equals(new Mpd.Dynamic(
                        before.availabilityStartTime(),
                        after.publishTime(),
                        before.minimumUpdatePeriod(),
                        before.timeShiftBufferDepth(),
                        before.suggestedPresentationDelay()))
                && base.minBufferTime().equals(next.minBufferTime())
                && base.profiles().equals(next.profiles());
    }

    private List<Operation> operations() throws Inexpressible {
        List<Operation> operations = new ArrayList<>();
        String last = "";
        for (Period period : base.periods()) {
            Period after = find(next.periods(), period.id());
            if (after == null) {
                operations.add(new Remove(path(period)));
            } else {
                last = path(period);
                compare(period, after, operations);
            }
        }
        for (Period period : next.periods()) {
            if (find(base.periods(), period.id()) == null) {
                operations.add(new AddPeriod(last, period));
                last = path(period);
            }
        }
        return operations;
    }

    private static String path(Period period) {
        return "/MPD/Period[@id='" + period.id() + "']";
    }

    /** Players follow changes of timelines, and of nothing else within a period; for other changes they need a whole MPD. */
    private static void compare(Period before, Period after, List<Operation> into) throws Inexpressible {
        Period same =
                new Period(before.id(), before.start(), before.duration(), before.events(), after.adaptationSets());
        if (!same.equals(after)
                || before.adaptationSets().size() != after.adaptationSets().size()) {
            throw new Inexpressible();
        }
        for (int i = 0; i < after.adaptationSets().size(); i++) {
            compare(
                    path(before),
                    before.adaptationSets().get(i),
                    after.adaptationSets().get(i),
                    into);
        }
    }

    private static void compare(String period, AdaptationSet before, AdaptationSet after, List<Operation> into)
            throws Inexpressible {
        AdaptationSet same = new AdaptationSet(
                before.id(),
                before.contentType(),
                before.language(),
                before.descriptors(),
                after.template(),
                after.representations());
        if (!same.equals(after)
                || before.representations().size() != after.representations().size()) {
            throw new Inexpressible();
        }
        String path = period + "/AdaptationSet[@id='" + after.id() + "']";
        compare(path, before.template(), after.template(), into);
        for (int i = 0; i < after.representations().size(); i++) {
            compare(
                    path,
                    before.representations().get(i),
                    after.representations().get(i),
                    into);
        }
    }

    private static void compare(String set, Representation before, Representation after, List<Operation> into)
            throws Inexpressible {
        Representation same = new Representation(
                before.id(),
                after.bandwidth(),
                before.codec(),
                before.mimeType(),
                before.attributes(),
                after.template());
        if (!same.equals(after)) {
            throw new Inexpressible();
        }
        String path = set + "/Representation[@id='" + after.id() + "']";
        if (before.bandwidth() != after.bandwidth()) {
            into.add(new ReplaceAttribute(path + "/@bandwidth", MpdWriter.bandwidth(after)));
        }
        compare(path, before.template(), after.template(), into);
    }

    private static void compare(
            String parent, @Nullable SegmentTemplate before, @Nullable SegmentTemplate after, List<Operation> into)
            throws Inexpressible {
        if (before == null && after == null) {
            return;
        } else if (before == null || after == null) {
            throw new Inexpressible();
        }
        SegmentTemplate same = new SegmentTemplate(
                before.timescale(),
                before.urls(),
                after.startNumber(),
                before.presentationTimeOffset(),
                after.division(),
                before.early());
        if (!same.equals(after)) {
            throw new Inexpressible();
        }
        String path = parent + "/SegmentTemplate";
        if (before.startNumber() != after.startNumber()) {
            into.add(new ReplaceAttribute(path + "/@startNumber", Long.toString(after.startNumber())));
        }
        if (before.division() instanceof SegmentTimeline old && after.division() instanceof SegmentTimeline now) {
            compare(path + "/SegmentTimeline", old.entries(), now.entries(), into);
        } else if (!before.division().equals(after.division())) {
            throw new Inexpressible();
        }
    }

    /** Runs leave at the front and come at the end; every one that is written has its time, as the one before it may change. */
    private static void compare(
            String timeline, List<SegmentTimeline.S> before, List<SegmentTimeline.S> after, List<Operation> into) {
        if (before.equals(after)) {
            return;
        }
        int gone = 0;
        while (gone < before.size() - 1
                && !after.isEmpty()
                && before.get(gone + 1).t() <= after.get(0).t()) {
            into.add(new Remove(timeline + "/S[1]"));
            gone++;
        }
        int kept = Math.min(before.size() - gone, after.size());
        for (int i = before.size() - gone; i > kept; i--) {
            into.add(new Remove(timeline + "/S[" + i + "]"));
        }
        for (int i = 0; i < kept; i++) {
            boolean untimed =
                    i == 0 ? gone > 0 : after.get(i - 1).end() != after.get(i).t();
            if (untimed || !before.get(gone + i).equals(after.get(i))) {
                into.add(new ReplaceRun(timeline + "/S[" + (i + 1) + "]", after.get(i)));
            }
        }
        if (kept < after.size()) {
            into.add(new AddRuns(timeline, after.subList(kept, after.size())));
        }
    }

    private static @Nullable Period find(List<Period> periods, String id) {
        for (Period period : periods) {
            if (period.id().equals(id)) {
                return period;
            }
        }
        return null;
    }
}
