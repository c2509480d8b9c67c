package io.headend.examples;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * One line on a terminal that says how far a job is, how fast it goes and how long it will take. Silent where standard error
 * is no terminal.
 */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 28;
    private static final long INTERVAL_NANOS = 200_000_000L;

    private final PrintStream out;
    private final boolean visible;
    private final String label;
    private final long startNanos = System.nanoTime();
    private long lastNanos = startNanos - INTERVAL_NANOS;
    private int printed;

    ProgressBar(String label) {
        this(label, System.err, Boolean.getBoolean("headend.terminal"));
    }

    ProgressBar(String label, PrintStream out, boolean visible) {
        this.label = label;
        this.out = out;
        this.visible = visible;
    }

    /**
     * Shows progress.
     *
     * @param done media time worked off
     * @param total media time in all; zero where unknown
     */
    void update(Duration done, Duration total) {
        long now = System.nanoTime();
        if (!visible || now - lastNanos < INTERVAL_NANOS) {
            return;
        }
        lastNanos = now;
        print(line(done, total, Duration.ofNanos(now - startNanos)));
    }

    /** Shows a line made on demand. */
    void show(Supplier<String> line) {
        long now = System.nanoTime();
        if (visible && now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            print(line.get());
        }
    }

    String line(Duration done, Duration total, Duration elapsed) {
        double speed = elapsed.isZero() ? 0 : (double) done.toMillis() / Math.max(1, elapsed.toMillis());
        String rate = String.format(Locale.ROOT, "%5.2fx", speed);
        if (total.isZero()) {
            return label + "  " + clock(done) + "  " + rate;
        }
        double part = Math.min(1, (double) done.toMillis() / total.toMillis());
        int filled = (int) Math.round(part * WIDTH);
        long left = speed <= 0 ? 0 : (long) (total.minus(done).toMillis() / speed);
        return String.format(
                Locale.ROOT,
                "%s  [%s%s] %3.0f %%  %s of %s  %s  ETA %s",
                label,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                part * 100,
                clock(done),
                clock(total),
                rate,
                clock(Duration.ofMillis(Math.max(0, left))));
    }

    private static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    private void print(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, printed - line.length())));
        out.flush();
        printed = line.length();
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (visible && printed > 0) {
            print("");
            out.print("\r");
            out.flush();
        }
    }
}
