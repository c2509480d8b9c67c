package io.headend.transcode.tsc;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Linear models from a probe to the quality of the encode at the same constant rate factor, and to what one quantiser step
 * costs. The coefficients are a resource, which the program that fits them writes. Immutable.
 */
public final class QualityModel {

    private static final String RESOURCE = "quality-model.csv";
    private static final int INPUTS = 6;

    private final Map<String, double[]> rows;

    private QualityModel(Map<String, double[]> rows) {
        this.rows = rows;
    }

    /** The one that comes with the library. */
    public static QualityModel builtIn() {
        try (InputStream in = QualityModel.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new MediaException(MediaErrorCode.INTERNAL, "the resource " + RESOURCE + " is missing");
            }
            return read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static QualityModel read(BufferedReader reader) throws IOException {
        Map<String, double[]> rows = new HashMap<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            String[] cells = line.split(",", -1);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (cells.length != INPUTS + 1) {
                throw MediaException.malformed("a row of the quality model has " + cells.length + " cells: " + line);
            }
            double[] row = new double[INPUTS];
            for (int i = 0; i < INPUTS; i++) {
                row[i] = Double.parseDouble(cells[i + 1]);
            }
            rows.put(cells[0], row);
        }
        return new QualityModel(Map.copyOf(rows));
    }

    /** The inputs of every row: 1, scores of the probe, logarithms of its bits, the factor it ran at. */
    public static double[] inputs(ProbeResult probe, double factor) {
        return new double[] {
            1,
            probe.vmaf() / 100,
            probe.ssimDb() / 10,
            Math.log(probe.detailBits() + 1e-4),
            Math.log(probe.motionBits() + 1e-4),
            factor / 10
        };
    }

    private double value(String row, double[] inputs) {
        double[] weights = Objects.requireNonNull(rows.get(row), row);
        double sum = 0;
        for (int i = 0; i < INPUTS; i++) {
            sum += weights[i] * inputs[i];
        }
        return sum;
    }

    double vmaf(double[] inputs) {
        return Math.max(0, Math.min(100, value("vmaf", inputs)));
    }

    double ssimDb(double[] inputs) {
        return value("ssim-db", inputs);
    }

    /** VMAF lost by one quantiser step. */
    double vmafSlope(double[] inputs) {
        return Math.max(0.5, Math.min(4, value("vmaf-slope", inputs)));
    }

    double ssimSlope(double[] inputs) {
        return Math.max(0.2, Math.min(1, value("ssim-db-slope", inputs)));
    }
}
