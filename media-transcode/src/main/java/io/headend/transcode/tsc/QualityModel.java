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
 * changes. The coefficients are a resource, which the program that fits them writes. Immutable.
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
            QualityCurve.loss(probe.vmaf()),
            probe.ssimDb() / 10,
            Math.log(probe.detailBits() + 1e-4),
            Math.log(probe.motionBits() + 1e-4),
            factor / 10
        };
    }

    /** What VMAF lacks, as the model counts it. */
    public static double loss(double vmaf) {
        return QualityCurve.loss(vmaf);
    }

    private double value(String row, double[] inputs) {
        double[] weights = Objects.requireNonNull(rows.get(row), row);
        double sum = 0;
        for (int i = 0; i < INPUTS; i++) {
            sum += weights[i] * inputs[i];
        }
        return sum;
    }

    /** The quality to expect around the factor that the probe ran at. */
    QualityCurve curve(double[] inputs) {
        return new QualityCurve(
                Math.max(QualityCurve.loss(100), Math.min(QualityCurve.loss(0), value("vmaf-loss", inputs))),
                Math.max(0.05, Math.min(0.2, value("vmaf-loss-slope", inputs))),
                value("ssim-db", inputs),
                Math.max(0.3, Math.min(0.9, value("ssim-db-slope", inputs))));
    }
}
