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

    /** One operation. */
    sealed interface Operation {}

    record RemovePeriod(String id) implements Operation {}

    record ReplacePeriod(String id, Period with) implements Operation {}

    record AddPeriod(String after, Period period) implements Operation {}

    record ReplaceTemplate(String period, int set, SegmentTemplate with) implements Operation {}

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
        List<Operation> operations = operations();
        boolean anchored = next.periods().stream().anyMatch(p -> find(base.periods(), p.id()) != null);
        return anchored ? Optional.of(new MpdWriter().write(this, operations)) : Optional.empty();
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

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        String last = "";
        for (Period period : base.periods()) {
            Period after = find(next.periods(), period.id());
            if (after == null) {
                operations.add(new RemovePeriod(period.id()));
            } else {
                last = period.id();
                compare(period, after, operations);
            }
        }
        for (Period period : next.periods()) {
            if (find(base.periods(), period.id()) == null) {
                operations.add(new AddPeriod(last, period));
                last = period.id();
            }
        }
        return operations;
    }

    private static void compare(Period before, Period after, List<Operation> into) {
        if (before.equals(after)) {
            return;
        }
        List<Operation> templates = new ArrayList<>();
        boolean small = before.start().equals(after.start())
                && before.events().equals(after.events())
                && before.adaptationSets().size() == after.adaptationSets().size();
        for (int i = 0; small && i < after.adaptationSets().size(); i++) {
            AdaptationSet set = after.adaptationSets().get(i);
            AdaptationSet old = before.adaptationSets().get(i);
            SegmentTemplate template = set.template();
            AdaptationSet moved = new AdaptationSet(
                    old.id(), old.contentType(), old.language(), old.descriptors(), template, old.representations());
            small = template != null && old.template() != null && moved.equals(set);
            if (small && template != null && !template.equals(old.template())) {
                templates.add(new ReplaceTemplate(after.id(), set.id(), template));
            }
        }
        if (small) {
            into.addAll(templates);
        } else {
            into.add(new ReplacePeriod(after.id(), after));
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
