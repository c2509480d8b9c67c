package io.headend.benchmarks.ratecontrol;

import io.headend.core.PictureSize;
import io.headend.transcode.LatencyClass;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a clip is encoded: x264's own parameters, and with an at-sign what this laboratory does around the encoder.
 *
 * @param preset of x264
 * @param crf constant rate factor
 * @param all parameters as written
 */
record LabSettings(String preset, double crf, Map<String, String> all) {

    /** @param text such as {@code trellis=1/qcomp=0.5/@gop=1}; a slash separates, because deblock's value has a comma */
    static LabSettings parse(String preset, double crf, String text) {
        Map<String, String> all = new TreeMap<>();
        for (String pair : text.split("/", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                all.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return new LabSettings(all.getOrDefault("@preset", preset), crf, all);
    }

    Map<String, String> parameters() {
        Map<String, String> own = new TreeMap<>(all);
        own.keySet().removeIf(key -> key.startsWith("@"));
        return own;
    }

    /** Whether the product's own controller decides, group by group. */
    boolean product() {
        return all.containsKey("@product");
    }

    /** Whether it has a band to hold. */
    boolean steered() {
        return all.containsKey("@band");
    }

    RateControl.ContentAdaptive control(PictureSize size) {
        LatencyClass latency = "low".equals(all.get("@product")) ? LatencyClass.LOW : LatencyClass.NORMAL;
        RateControl.ContentAdaptive control =
                RateControl.ContentAdaptive.of(crf, cap(size)).withLatency(latency);
        String band = all.get("@band");
        if (band == null) {
            return control;
        }
        String[] bounds = band.split("-", -1);
        QualityTarget target = QualityTarget.vmaf(Double.parseDouble(bounds[0]), Double.parseDouble(bounds[1]));
        return control.withTarget(
                bounds.length < 4
                        ? target
                        : target.withSsim(Double.parseDouble(bounds[2]), Double.parseDouble(bounds[3])));
    }

    boolean contextPerGop() {
        return all.containsKey("@context");
    }

    boolean hasOffsets() {
        return all.keySet().stream().anyMatch(key -> key.startsWith("@o-"));
    }

    private double number(String key) {
        return number(key, 0);
    }

    double number(String key, double standard) {
        return Double.parseDouble(all.getOrDefault(key, Double.toString(standard)));
    }

    /** Quantiser offset of a picture by its place in the group. */
    double offset(int frame, int place, int gop) {
        if (!hasOffsets()) {
            return Double.NaN;
        }
        double offset = 0;
        double tail = number("@o-tail-length");
        int left = gop - 1 - place;
        if (left < tail) {
            offset += number("@o-tail") * (tail - left) / tail;
        }
        double head = number("@o-head-length");
        if (place < head) {
            offset += number("@o-head") * (head - place) / head;
        }
        if (frame == 0) {
            offset += number("@o-first");
        } else if (place == 0) {
            offset += number("@o-idr");
        }
        return offset;
    }

    /** A cap that only the hardest pictures reach. */
    long cap(PictureSize size) {
        return Math.round(60.0 * Math.pow((double) size.width() * size.height(), 0.87));
    }

    String key() {
        return preset + " " + crf + " " + all;
    }
}
