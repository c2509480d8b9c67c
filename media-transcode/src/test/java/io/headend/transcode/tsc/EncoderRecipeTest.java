package io.headend.transcode.tsc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.RateControl;
import io.headend.transcode.Scenario;
import org.junit.jupiter.api.Test;

class EncoderRecipeTest {

    private static final RateControl.ContentAdaptive CONTROL = RateControl.ContentAdaptive.of(24, 3_000_000);
    private static final EncoderSettings SETTINGS = EncoderSettings.x264("veryfast", CONTROL);

    private static String chosen(RateControl.ContentAdaptive control, double motionBits, String before, boolean fresh) {
        EncoderRecipe last = EncoderRecipe.of(SETTINGS, CONTROL).stream()
                .filter(recipe -> recipe.name().equals(before))
                .findFirst()
                .orElseThrow();
        return EncoderRecipe.choose(SETTINGS, control, last, new ComplexityFeatures(1, motionBits, 100, 0, 0), fresh)
                .name();
    }

    @Test
    void whatMovesUnpredictablyIsSearchedBetterAndWhatHardlyMovesIsNot() {
        assertThat(chosen(CONTROL, 0.60, "x264-fast", true)).isEqualTo("x264-restless");
        assertThat(chosen(CONTROL, 0.30, "x264-fast", true)).isEqualTo("x264-fast");
        assertThat(chosen(CONTROL, 0.10, "x264-fast", true)).isEqualTo("x264-calm");
        assertThat(chosen(CONTROL, 0, "x264-fast", true)).as("not known").isEqualTo("x264-fast");
        // The same pictures cost fewer bits at a higher factor.
        assertThat(chosen(RateControl.ContentAdaptive.of(30, 3_000_000), 0.25, "x264-fast", true))
                .isEqualTo("x264-restless");
        assertThat(chosen(CONTROL.withScenario(Scenario.SPORTS), 0.38, "x264-fast", true))
                .isEqualTo("x264-restless");
        assertThat(chosen(CONTROL.withScenario(Scenario.TALK_SHOW), 0.25, "x264-fast", true))
                .isEqualTo("x264-calm");
    }

    @Test
    void aSceneThatGoesOnKeepsItsRecipeUnlessItChangesClearly() {
        assertThat(chosen(CONTROL, 0.40, "x264-restless", false)).isEqualTo("x264-restless");
        assertThat(chosen(CONTROL, 0.40, "x264-restless", true)).isEqualTo("x264-fast");
        assertThat(chosen(CONTROL, 0.36, "x264-restless", false)).isEqualTo("x264-fast");
        assertThat(chosen(CONTROL, 0.20, "x264-calm", false)).isEqualTo("x264-calm");
        assertThat(chosen(CONTROL, 0.20, "x264-fast", false)).isEqualTo("x264-fast");
    }

    @Test
    void aFileGetsAFinerChoiceOfCoefficientsThanAChannelOfTheSamePreset() {
        EncoderSettings medium = EncoderSettings.x264("medium", CONTROL);
        assertThat(EncoderRecipe.offline(medium, CONTROL).parameters())
                .containsEntry("trellis", "2")
                .containsEntry("subme", "10")
                .containsKeys(EncoderRecipe.standard(medium, CONTROL)
                        .parameters()
                        .keySet()
                        .toArray(String[]::new));
        assertThat(EncoderRecipe.offline(SETTINGS, CONTROL)).isEqualTo(EncoderRecipe.standard(SETTINGS, CONTROL));
        assertThat(EncoderRecipe.offline(EncoderSettings.x265("medium", CONTROL), CONTROL))
                .isEqualTo(EncoderRecipe.PRESET);
    }

    @Test
    void noRecipeTakesFromAPresetWhatItHas() {
        for (String preset : new String[] {"fast", "medium", "slow", "slower", "veryslow"}) {
            EncoderRecipe recipe = EncoderRecipe.standard(EncoderSettings.x264(preset, CONTROL), CONTROL);
            assertThat(recipe.parameters()).as(preset).containsEntry("psy", "0").containsEntry("qcomp", "0.5");
            assertThat(recipe.parameters().containsKey("subme")).as(preset).isEqualTo(preset.equals("medium"));
            assertThat(recipe.parameters().containsKey("bframes")).as(preset).isEqualTo(!preset.equals("veryslow"));
        }
    }

    @Test
    void thePresetTheLatencyAndFilmDecideWhatThereIsToChooseFrom() {
        assertThat(EncoderRecipe.standard(SETTINGS, CONTROL.withLatency(LatencyClass.LOW))
                        .name())
                .isEqualTo("x264-low");
        assertThat(EncoderRecipe.standard(EncoderSettings.x264("medium", CONTROL), CONTROL)
                        .parameters())
                .containsEntry("psy", "0");
        assertThat(EncoderRecipe.standard(EncoderSettings.x264("medium", CONTROL), CONTROL.withScenario(Scenario.FILM))
                        .parameters())
                .doesNotContainKey("psy");
        assertThat(EncoderRecipe.standard(EncoderSettings.x265("medium", CONTROL), CONTROL))
                .isEqualTo(EncoderRecipe.PRESET);
        assertThat(EncoderRecipe.standard(SETTINGS, CONTROL)
                        .applied(SETTINGS.withOption("trellis", "2"))
                        .options())
                .as("own options stand")
                .containsEntry("trellis", "2")
                .containsEntry("rc-lookahead", "40");
    }

    @Test
    void otherEncodersHaveARecipeWhereTheirPresetWasMeasured() {
        assertThat(EncoderRecipe.standard(EncoderSettings.x265("veryfast", CONTROL), CONTROL)
                        .parameters())
                .containsEntry("selective-sao", "2")
                .containsEntry("psy-rd", "1");
        assertThat(EncoderRecipe.standard(
                                EncoderSettings.x265("veryfast", CONTROL), CONTROL.withScenario(Scenario.FILM))
                        .parameters())
                .as("grain stays")
                .doesNotContainKey("psy-rd");
        assertThat(EncoderRecipe.standard(EncoderSettings.svtAv1(10, CONTROL), CONTROL)
                        .name())
                .isEqualTo("svt-fast");
        assertThat(EncoderRecipe.standard(EncoderSettings.svtAv1(8, CONTROL), CONTROL)
                        .parameters())
                .containsEntry("enable-qm", "1");
        assertThat(EncoderRecipe.standard(EncoderSettings.svtAv1(4, CONTROL), CONTROL))
                .isEqualTo(EncoderRecipe.PRESET);
        assertThat(EncoderRecipe.of(EncoderSettings.svtAv1(10, CONTROL), CONTROL))
                .as("one for the whole stream")
                .hasSize(1);
    }
}
