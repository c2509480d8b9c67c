package io.headend.transcode.quality;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads model files in the JSON form that Netflix publishes. */
final class VmafModelFile {

    private static final long MAX_BYTES = 16L << 20;
    private static final int MAX_DEPTH = 16;
    private static final List<String> FEATURES =
            List.of("adm2", "motion2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3");
    private static final String NO_GAIN_ADM = "adm_enhn_gain_limit";
    private static final String NO_GAIN_VIF = "vif_enhn_gain_limit";

    private final Path file;

    private VmafModelFile(Path file) {
        this.file = file;
    }

    static VmafModel load(Path file) {
        return new VmafModelFile(file).load();
    }

    private VmafModel load() {
        if (!Files.isRegularFile(file)) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no model file " + file);
        }
        Object root;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw malformed("is larger than " + MAX_BYTES + " bytes");
            }
            try (JsonParser in = new JsonFactory().createParser(Files.readAllBytes(file))) {
                in.nextToken();
                root = value(in, 0);
            }
        } catch (JsonProcessingException e) {
            throw new MediaException(MediaErrorCode.MALFORMED, "model file " + file + " is not JSON", e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "model file " + file + " cannot be read", e);
        }
        Map<?, ?> model = object(object(root, "the file").get("model_dict"), "model_dict");
        if (!"LIBSVMNUSVR".equals(model.get("model_type")) || !"linear_rescale".equals(model.get("norm_type"))) {
            throw new MediaException(
                    MediaErrorCode.UNSUPPORTED,
                    "model file " + file
                            + " is not a LIBSVMNUSVR model with linear_rescale; load one of the v0.6.1 family");
        }
        return build(model);
    }

    private VmafModel build(Map<?, ?> model) {
        int[] order = order(list(model.get("feature_names"), "feature_names"));
        double[] slopes = numbers(model.get("slopes"), "slopes", FEATURES.size() + 1);
        double[] intercepts = numbers(model.get("intercepts"), "intercepts", FEATURES.size() + 1);
        double[][] input = new double[FEATURES.size()][];
        for (int i = 0; i < order.length; i++) {
            input[order[i]] = new double[] {slopes[i + 1], intercepts[i + 1]};
        }
        if (slopes[0] == 0 || !(model.get("model") instanceof String text)) {
            throw malformed("has no usable model text or slope");
        }
        LibSvmText svm = LibSvmText.parse(text, order, file);
        double[] clip = model.get("score_clip") == null
                ? new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}
                : numbers(model.get("score_clip"), "score_clip", 2);
        Regression regression = new SupportVectorRegression(
                input, svm.vectors(), svm.alphas(), svm.gamma(), svm.rho(), new double[] {slopes[0], intercepts[0]});
        Path name = file.getFileName();
        return new VmafModel(
                name == null ? file.toString() : name.toString(),
                regression,
                transform(model.get("score_transform"), clip),
                gainLimited(model.get("feature_opts_dicts")));
    }

    /** For each feature of the file, its place among ours. */
    private int[] order(List<?> names) {
        if (names.size() != FEATURES.size()) {
            throw new MediaException(
                    MediaErrorCode.UNSUPPORTED,
                    "model file " + file + " wants " + names.size() + " features; only the six of v0.6.1 are measured");
        }
        int[] order = new int[names.size()];
        boolean[] seen = new boolean[names.size()];
        for (int i = 0; i < order.length; i++) {
            String name = String.valueOf(names.get(i))
                    .replace("VMAF_", "")
                    .replace("integer_", "")
                    .replace("feature_", "")
                    .replace("_score", "");
            int at = FEATURES.indexOf(name);
            if (at < 0 || seen[at]) {
                throw new MediaException(
                        MediaErrorCode.UNSUPPORTED,
                        "model file " + file + " wants the feature " + names.get(i) + ", which is not measured");
            }
            seen[at] = true;
            order[i] = at;
        }
        return order;
    }

    /** NEG models set the gain limits of ADM and VIF to 1; a mixture, or another limit, is not measured. */
    private boolean gainLimited(@Nullable Object options) {
        if (options == null) {
            return false;
        }
        boolean adm = false;
        boolean vif = false;
        for (Object entry : list(options, "feature_opts_dicts")) {
            for (Map.Entry<?, ?> option : object(entry, "feature_opts_dicts").entrySet()) {
                boolean isAdm = NO_GAIN_ADM.equals(option.getKey());
                boolean isVif = NO_GAIN_VIF.equals(option.getKey());
                double limit = option.getValue() instanceof Number number ? number.doubleValue() : Double.NaN;
                if ((isAdm || isVif) && limit == VifSums.GAIN_LIMIT) {
                    continue;
                }
                if (!(isAdm || isVif) || limit != 1) {
                    throw new MediaException(
                            MediaErrorCode.UNSUPPORTED,
                            "model file " + file + " sets the option " + option + ", which is not measured");
                }
                adm |= isAdm;
                vif |= isVif;
            }
        }
        if (adm != vif) {
            throw new MediaException(
                    MediaErrorCode.UNSUPPORTED, "model file " + file + " limits the gain of only one of ADM and VIF");
        }
        return adm;
    }

    private ScoreTransform transform(@Nullable Object value, double[] clip) {
        if (value == null) {
            return new ScoreTransform(false, new double[] {0, 1, 0}, false, clip[0], clip[1]);
        }
        Map<?, ?> map = object(value, "score_transform");
        if (map.containsKey("knots") || isTrue(map.get("out_lte_in"))) {
            throw new MediaException(
                    MediaErrorCode.UNSUPPORTED,
                    "model file " + file + " has a score transform with knots or out_lte_in");
        }
        // Published files carry the phone transform switched off; it is a metric of its own here.
        boolean enabled = isTrue(map.get("enabled"));
        double[] parabola = {number(map.get("p0"), 0), number(map.get("p1"), 1), number(map.get("p2"), 0)};
        return new ScoreTransform(enabled, parabola, isTrue(map.get("out_gte_in")), clip[0], clip[1]);
    }

    private static boolean isTrue(@Nullable Object value) {
        return value != null && "true".equals(value.toString());
    }

    private static double number(@Nullable Object value, double otherwise) {
        return value instanceof Number number ? number.doubleValue() : otherwise;
    }

    private MediaException malformed(String what) {
        return MediaException.malformed("model file " + file + " " + what);
    }

    private Map<?, ?> object(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw malformed("has no object " + name);
    }

    private List<?> list(@Nullable Object value, String name) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw malformed("has no list " + name);
    }

    private double[] numbers(@Nullable Object value, String name, int count) {
        List<?> list = list(value, name);
        double[] out = new double[count];
        if (list.size() != count) {
            throw malformed("has " + list.size() + " numbers in " + name + " instead of " + count);
        }
        for (int i = 0; i < count; i++) {
            out[i] = number(list.get(i), Double.NaN);
            if (!Double.isFinite(out[i])) {
                throw malformed("has something else than numbers in " + name);
            }
        }
        return out;
    }

    private @Nullable Object value(JsonParser in, int depth) throws IOException {
        if (depth > MAX_DEPTH || in.currentToken() == null) {
            throw malformed("is nested too deeply or empty");
        }
        switch (in.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    in.nextToken();
                    map.put(name, value(in, depth + 1));
                }
                return map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(in, depth + 1));
                }
                return list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                return in.getDoubleValue();
            }
            case VALUE_NULL -> {
                return null;
            }
            default -> {
                return in.getText();
            }
        }
    }
}
