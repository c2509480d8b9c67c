package io.headend.transcode.tsc;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.ComputeLevel;
import io.headend.transcode.ContentClass;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopDecision;
import io.headend.transcode.GopReport;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.PictureScores;
import io.headend.transcode.RateControl;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each group of pictures of one rendition which encoder parameters and which quantiser offset it gets.
 *
 * <p>A decision depends on the pictures, on the settings and on how much work is allowed, never on the time.
 *
 * <p><b>Threading:</b> one thread, the rendition's.
 */
public final class ContentAdaptiveController implements AutoCloseable {

    /** Pictures of a group that are looked at before it is encoded, with normal latency. */
    private static final int WINDOW = 12;

    private static final int MOST_OPEN = 16;

    private final RateControl.ContentAdaptive control;
    private final EncoderSettings settings;
    private final GopProbe probe;
    private final ContentAnalyzer analyzer = new ContentAnalyzer();
    private final QualityModel model = QualityModel.builtIn();
    private final QualityBias bias = new QualityBias();
    private final OffsetPolicy policy;
    private final OutputMeter meter;
    private final Map<Long, Open> open = new TreeMap<>();
    private final boolean chooses;
    private EncoderRecipe recipe;
    private double offset = Double.NaN;
    private long scene;
    private boolean passedOver;

    /** A group that was decided and is not finished. */
    private static final class Open {
        final GopDecision decision;
        final @Nullable QualityCurve expected;
        final long scene;

        @Nullable
        PictureScores measured;

        Open(GopDecision decision, @Nullable QualityCurve expected, long scene) {
            this.decision = decision;
            this.expected = expected;
            this.scene = scene;
        }
    }

    public ContentAdaptiveController(EncoderSettings settings, RateControl.ContentAdaptive control, PictureSize size) {
        this.settings = settings;
        this.control = control;
        this.policy = new OffsetPolicy(control.target());
        this.probe = new GopProbe(size);
        this.meter = new OutputMeter(control.target().pooling(), this::measured);
        this.chooses = EncoderRecipe.of(settings, control).size() > 1;
        this.recipe = EncoderRecipe.standard(settings, control);
    }

    /** How many pictures of a group {@link #decide} wants to see; more are not looked at. */
    public int window(ComputeLevel level) {
        boolean looks = (steers() || chooses) && !level.isAtLeast(ComputeLevel.NO_ANALYSIS);
        return looks && control.latency() == LatencyClass.NORMAL ? WINDOW : 1;
    }

    /** Whether pictures get quantiser offsets: where there is a band to hold and the encoder takes offsets. */
    public boolean steers() {
        return control.target().isBounded() && settings.codec() != Codec.AV1;
    }

    /** Whether reconstructed pictures are of use. */
    public boolean measures() {
        return steers()
                && settings.codec() == Codec.AVC
                && settings.pixelFormat().equals("yuv420p");
    }

    /**
     * Decides for the group that begins at frame {@code first}.
     *
     * @param pictures its first ones, at least one, lent
     * @param frames how many pictures the group will have
     */
    public GopDecision decide(List<AvFrame> pictures, long first, int frames, ComputeLevel level) {
        meter.forgetBefore(open.isEmpty() ? first : open.keySet().iterator().next());
        GopDecision decision;
        QualityCurve raw = null;
        if (level.isAtLeast(ComputeLevel.NO_ANALYSIS)) {
            offset = Double.NaN;
            decision = new GopDecision(recipe.name(), ContentClass.UNKNOWN, null, null, 0, "no time to look");
        } else if (!steers() && !chooses) {
            decision = new GopDecision(recipe.name(), ContentClass.UNKNOWN, null, null, 0, unscored());
        } else {
            List<AvFrame> small = probe.halve(pictures);
            try {
                ProbeResult seen = probe.run(small, control.base(), false);
                ComplexityFeatures features = analyzer.look(small.get(0), seen);
                ContentClass content = ContentAnalyzer.classify(features, control.base());
                boolean fresh = ContentAnalyzer.isNewScene(features);
                if (fresh) {
                    scene = first;
                    bias.newScene();
                    offset = Double.NaN;
                }
                recipe = EncoderRecipe.choose(settings, control, recipe, features, fresh);
                if (steers() && GopProbe.scores(pictures.size())) {
                    raw = model.curve(QualityModel.inputs(scored(pictures), control.base()));
                    QualityCurve expected = bias.correct(raw, content);
                    OffsetGuard guard = OffsetGuard.of(control.scenario(), content, features);
                    offset = Math.rint(policy.offset(expected, guard, offset) * 4) / 4;
                    PictureScores atBase = expected.at(0);
                    decision = new GopDecision(recipe.name(), content, features, atBase, offset, reason(atBase, guard));
                } else {
                    decision = new GopDecision(recipe.name(), content, features, null, 0, unscored());
                }
            } finally {
                small.forEach(AvFrame::close);
            }
        }
        remember(first, new Open(decision, raw, scene));
        // Measuring is dear, and groups of one scene look alike: every other one is enough.
        passedOver = bias.knowsScene() && !passedOver;
        if (measures()
                && !passedOver
                && !level.isAtLeast(ComputeLevel.LESS_ANALYSIS)
                && frames >= 2 * OutputMeter.RUN) {
            // The first pictures look better than those that follow. The look-ahead holds the scores back until the
            // group after
            // the next one is decided, from whatever place they are.
            meter.expect(first, first + frames / 2);
        }
        return decision;
    }

    private ProbeResult scored(List<AvFrame> pictures) {
        List<AvFrame> whole = probe.whole(pictures);
        try {
            return probe.run(whole, control.base(), true);
        } finally {
            whole.forEach(AvFrame::close);
        }
    }

    private String reason(PictureScores expected, OffsetGuard guard) {
        if (offset != 0 && (offset <= guard.finest() || offset >= guard.coarsest())) {
            return "as far as allowed";
        }
        if (offset == 0) {
            return guard.finest() == 0 ? "dark: not steered" : "within the band";
        }
        if (offset > 0) {
            return "above the ceiling";
        }
        return expected.vmaf() < control.target().vmafFloor() + 1 ? "below the VMAF floor" : "below the SSIM floor";
    }

    private String unscored() {
        if (!control.target().isBounded()) {
            return "no band to hold";
        }
        return steers() ? "too few pictures to score" : "this encoder takes no offsets";
    }

    private void remember(long first, Open group) {
        while (open.size() >= MOST_OPEN) {
            open.remove(open.keySet().iterator().next());
        }
        open.put(first, group);
    }

    /** Parameters for the encoder of the group that was decided last. */
    public EncoderRecipe recipe() {
        return recipe;
    }

    /** A picture that goes into the encoder; lent. */
    public void source(AvFrame frame, long number) {
        meter.source(frame, number);
    }

    /** A picture as the encoder made it; taken over. */
    public void output(AvFrame frame, long number) {
        meter.output(frame, number);
    }

    private void measured(long group, PictureScores scores) {
        Open decided = open.get(group);
        if (decided != null) {
            decided.measured = scores;
            QualityCurve expected = decided.expected;
            if (expected != null) {
                GopDecision decision = decided.decision;
                bias.learn(expected, decision.offset(), scores, decision.content(), decided.scene == scene);
            }
        }
    }

    /**
     * What was decided for a group that is finished, and what was measured; {@code null} if it is not known.
     *
     * @param capBound whether the cap held back bits
     */
    public GopReport.@Nullable Control finished(long first, boolean capBound) {
        Open decided = open.remove(first);
        return decided == null ? null : new GopReport.Control(decided.decision, decided.measured, capBound);
    }

    @Override
    public void close() {
        meter.close();
        probe.close();
        open.clear();
    }
}
