package io.headend.examples;

import java.util.List;
import java.util.Locale;

/** A plot of lines as SVG. First everything that must fit is included, then the lines are drawn. */
final class PlotBox {

    private static final int WIDTH = 520;
    private static final int HEIGHT = 260;
    private static final int LEFT = 48;
    private static final int BOTTOM = 34;
    private static final int TOP = 24;
    private static final int RIGHT = 14;

    private final String title;
    private final String unit;
    private final boolean logarithmic;
    private final StringBuilder lines = new StringBuilder();
    private double lowX = Double.MAX_VALUE;
    private double highX = -Double.MAX_VALUE;
    private double lowY = Double.MAX_VALUE;
    private double highY = -Double.MAX_VALUE;

    /**
     * @param unit of the horizontal axis
     * @param logarithmic whether that axis is
     */
    PlotBox(String title, String unit, boolean logarithmic) {
        this.title = title;
        this.unit = unit;
        this.logarithmic = logarithmic;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    void include(double x, double y) {
        lowX = Math.min(lowX, x);
        highX = Math.max(highX, x);
        lowY = Math.min(lowY, y);
        highY = Math.max(highY, y);
    }

    /** @param tips a note for every point, or none for a line without marks */
    void line(int series, double[] x, double[] y, List<String> tips) {
        StringBuilder points = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", atX(x[i]), atY(y[i])));
            if (!tips.isEmpty()) {
                marks.append(String.format(
                        Locale.ROOT,
                        "<circle class='c%d' cx='%.1f' cy='%.1f' r='3.4'><title>%s</title></circle>",
                        series,
                        atX(x[i]),
                        atY(y[i]),
                        escape(tips.get(i))));
            }
        }
        lines.append("<polyline class='c")
                .append(series)
                .append("' points='")
                .append(points)
                .append("'/>")
                .append(marks);
    }

    private double atX(double x) {
        double span = logarithmic ? Math.log(highX / lowX) : highX - lowX;
        double part = span <= 0 ? 0.5 : (logarithmic ? Math.log(x / lowX) : x - lowX) / span;
        return LEFT + 8 + part * (WIDTH - LEFT - RIGHT - 16);
    }

    private double atY(double y) {
        double part = highY <= lowY ? 0.5 : (y - lowY) / (highY - lowY);
        return HEIGHT - BOTTOM - 8 - part * (HEIGHT - BOTTOM - TOP - 16);
    }

    String svg() {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'><text x='%d' y='16'>%s</text>",
                WIDTH,
                HEIGHT,
                escape(title),
                LEFT,
                escape(title)));
        double step = step(highY - lowY);
        for (double y = Math.ceil(lowY / step) * step; y <= highY + 1e-9; y += step) {
            out.append(String.format(
                    Locale.ROOT,
                    "<path class='grid' d='M%d %.1fH%d'/><text x='%d' y='%.1f' text-anchor='end'>%s</text>",
                    LEFT,
                    atY(y),
                    WIDTH - RIGHT,
                    LEFT - 5,
                    atY(y) + 4,
                    number(y, step)));
        }
        double x = logarithmic ? firstRound(lowX) : 0;
        double xStep = step(highX - lowX);
        double lastLabel = -1000;
        while (x <= highX * (1 + 1e-9)) {
            if (x >= lowX) {
                out.append(String.format(
                        Locale.ROOT, "<path class='grid' d='M%.1f %dV%d'/>", atX(x), TOP, HEIGHT - BOTTOM));
                if (atX(x) - lastLabel > 38) {
                    lastLabel = atX(x);
                    out.append(String.format(
                            Locale.ROOT,
                            "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
                            atX(x),
                            HEIGHT - BOTTOM + 15,
                            number(x, logarithmic ? 1 : xStep)));
                }
            }
            x = logarithmic ? nextRound(x) : x + xStep;
        }
        out.append(String.format(
                Locale.ROOT,
                "<text x='%d' y='%d' text-anchor='end'>%s</text>",
                WIDTH - RIGHT,
                HEIGHT - 4,
                escape(unit)));
        return out.append(lines).append("</svg>\n").toString();
    }

    private static String number(double value, double step) {
        int decimals = step >= 1 ? 0 : (int) Math.ceil(-Math.log10(step) - 1e-9);
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** 1, 2 or 5 times a power of ten, for some six lines. */
    private static double step(double span) {
        double rough = Math.max(span, 1e-6) / 5;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double factor = rough / power;
        return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
    }

    private static double firstRound(double low) {
        return Math.pow(10, Math.floor(Math.log10(low)));
    }

    // 10, 20, 30, 50, 70, 100, ...
    private static double nextRound(double x) {
        double power = Math.pow(10, Math.floor(Math.log10(x) + 1e-9));
        long digit = Math.round(x / power);
        return power * (digit == 1 ? 2 : digit == 2 ? 3 : digit == 3 ? 5 : digit == 5 ? 7 : 10);
    }
}
