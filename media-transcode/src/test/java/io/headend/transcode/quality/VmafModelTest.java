package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmafModelTest {

    private static final String FILE = """
            {"param_dict": {"C": 4.0}, "model_dict": {
              "model_type": "LIBSVMNUSVR", "norm_type": "linear_rescale", "score_clip": [0.0, 100.0],
              "feature_names": ["VMAF_integer_feature_vif_scale0_score", "VMAF_integer_feature_adm2_score",
                "VMAF_integer_feature_motion2_score", "VMAF_feature_vif_scale1_score",
                "VMAF_integer_feature_vif_scale2_score", "VMAF_integer_feature_vif_scale3_score"],
              %s
              "slopes": [0.01, 2.0, 3.0, 0.1, 1.0, 1.0, 1.0],
              "intercepts": [-0.3, 0.5, -2.0, 0.0, 0.0, 0.0, 0.0],
              "model": "svm_type nu_svr\\nkernel_type rbf\\ngamma 0.04\\nnr_class 2\\ntotal_sv 2\\nrho -1.5\\nSV\\n\
            -4 1:1 2:0.5 3:0.25 4:1 5:1 6:1\\n1.5 2:1 3:1\\n"}}
            """;

    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("model.json"), text);
    }

    @Test
    void aPublishedModelIsEvaluatedAsItStands() throws IOException {
        VmafModel model = VmafModel.load(write(FILE.formatted("")));
        VmafFeatures f = new VmafFeatures(0.9, 4, 0.3, 0.7, 0.8, 0.85);
        double[] z = {2 * 0.3 + 0.5, 3 * 0.9 - 2, 0.1 * 4, 0.7, 0.8, 0.85};
        double[][] v = {{1, 0.5, 0.25, 1, 1, 1}, {0, 1, 1, 0, 0, 0}};
        double[] alpha = {-4, 1.5};
        double sum = 1.5;
        for (int j = 0; j < 2; j++) {
            double distance = 0;
            for (int i = 0; i < 6; i++) {
                distance += (z[i] - v[j][i]) * (z[i] - v[j][i]);
            }
            sum += alpha[j] * Math.exp(-0.04 * distance);
        }
        assertThat(model.raw(f)).isCloseTo((sum + 0.3) / 0.01, within(1e-9));
        assertThat(model.score(f)).isEqualTo(Math.max(0, Math.min(100, model.raw(f))));
        assertThat(model.isGainLimited()).isFalse();
        assertThat(model.name()).isEqualTo("model.json");
    }

    @Test
    void optionsAndTransformsOfAModelFileAreHeeded() throws IOException {
        String neg =
                "\"feature_opts_dicts\": [{\"vif_enhn_gain_limit\": 1.0}, {\"adm_enhn_gain_limit\": 1.0}, {}, {}, {}, {}],";
        assertThat(VmafModel.load(write(FILE.formatted(neg))).isGainLimited()).isTrue();
        String phone =
                "\"score_transform\": {\"enabled\": true, \"p0\": 1.0, \"p1\": 2.0, \"p2\": -0.01, \"out_gte_in\": \"true\"},";
        VmafModel transformed = VmafModel.load(write(FILE.formatted(phone)));
        VmafFeatures f = new VmafFeatures(0.5, 0, 0.1, 0.2, 0.3, 0.4);
        double raw = transformed.raw(f);
        assertThat(transformed.score(f))
                .isCloseTo(Math.max(0, Math.min(100, Math.max(raw, 1 + 2 * raw - 0.01 * raw * raw))), within(1e-9));
    }

    @Test
    void filesThatAreNoModelsAreRefusedInOneSentence() throws IOException {
        assertThatThrownBy(() -> VmafModel.load(folder.resolve("absent.json")))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND));
        String good = FILE.formatted("");
        Stream.of(
                        "",
                        "{",
                        "[]",
                        "{\"model_dict\": 3}",
                        "[".repeat(100),
                        good.replace("total_sv 2", "total_sv 2000000000"),
                        good.replace("total_sv 2", "total_sv 3"),
                        good.replace("1:1 2:0.5", "9:1 2:0.5"),
                        good.replace("[0.01, 2.0,", "[0.01,"),
                        good.replace("gamma 0.04\\n", ""),
                        good.substring(0, good.length() / 2))
                .forEach(text -> assertThatThrownBy(() -> VmafModel.load(write(text)))
                        .as(text)
                        .isInstanceOfSatisfying(
                                MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED)));
        Stream.of(
                        good.replace("LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR"),
                        good.replace("kernel_type rbf", "kernel_type linear"),
                        good.replace("vif_scale3", "ansnr"),
                        FILE.formatted("\"feature_opts_dicts\": [{\"adm_enhn_gain_limit\": 1.0}],"),
                        FILE.formatted("\"feature_opts_dicts\": [{\"vif_kernelscale\": 0.5}],"),
                        FILE.formatted("\"score_transform\": {\"knots\": [[0, 0], [1, 1]]},"))
                .forEach(text -> assertThatThrownBy(() -> VmafModel.load(write(text)))
                        .as(text)
                        .isInstanceOfSatisfying(
                                MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED)));
    }

    @Test
    void theFitStandsOnFramesItHasNotSeen() throws IOException {
        Path pairs = SharedMedia.require("vmaf/pairs-holdout.csv");
        VmafModel model = VmafModel.v061();
        double worst = 0;
        int count = 0;
        for (String line : Files.readAllLines(pairs)) {
            if (line.startsWith("clip,")) {
                continue;
            }
            String[] w = line.split(",", -1);
            double[] f = new double[6];
            for (int i = 0; i < 6; i++) {
                f[i] = Double.parseDouble(w[2 + i]);
            }
            worst = Math.max(
                    worst,
                    Math.abs(model.score(new VmafFeatures(f[0], f[1], f[2], f[3], f[4], f[5]))
                            - Double.parseDouble(w[9])));
            count++;
        }
        assertThat(count).isEqualTo(4985);
        assertThat(worst).isLessThan(0.001);
    }

    @Test
    void knownPoints() {
        VmafFeatures perfect = new VmafFeatures(1, 0, 1, 1, 1, 1);
        assertThat(VmafModel.v061().score(perfect)).isCloseTo(97.428, within(0.002));
        assertThat(VmafModel.v061Neg().score(perfect))
                .isEqualTo(VmafModel.v061().score(perfect));
        assertThat(VmafModel.v061().score(new VmafFeatures(0, 0, 0, 0, 0, 0))).isCloseTo(4.34, within(0.05));
        VmafFeatures middling = new VmafFeatures(0.85, 5, 0.3, 0.6, 0.7, 0.8);
        double raw = VmafModel.v061().raw(middling);
        assertThat(VmafModel.v061Phone().score(middling))
                .isCloseTo(
                        Math.min(100, Math.max(raw, 1.70674692 + 1.72643844 * raw - 0.00705305 * raw * raw)),
                        within(1e-9));
        assertThat(VmafModel.v061Phone().toString()).contains("phone");
    }
}
