package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule as an independent program has it, {@code ../shared/tools/nudge.py}, run by Python. */
class NudgeOracleTest {

    // the function alone: the program's own experiments take longer
    private static final String RUN = """
            import ast, sys
            tree = ast.parse(open(sys.argv[1]).read())
            kept = [n for n in tree.body if isinstance(n, (ast.Import, ast.FunctionDef))]
            scope = {}
            exec(compile(ast.Module(kept, []), sys.argv[1], "exec"), scope)
            for line in sys.stdin:
                d, first, last, *cues = map(int, line.split())
                bounds = scope["bounds"](cues, first, last, d, 2 * d)
                print(" ".join("%d:%d" % kv for kv in sorted(bounds.items())))
            """;

    @TempDir
    Path folder;

    private record Case(int length, long first, long last, TreeSet<Long> splices) {
        String line() {
            return length + " " + first + " " + last + " "
                    + splices.stream().map(String::valueOf).collect(Collectors.joining(" "));
        }
    }

    private static Path tool() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path tool = at.resolve("../shared/tools/nudge.py");
            if (Files.exists(tool)) {
                return tool.normalize();
            }
        }
        return Path.of("missing");
    }

    private List<Map<Long, Long>> ask(List<Case> cases) throws Exception {
        Path in = Files.write(
                folder.resolve("cases"), cases.stream().map(Case::line).toList(), StandardCharsets.US_ASCII);
        Path out = folder.resolve("bounds");
        Process python = new ProcessBuilder("python3", "-c", RUN, tool().toString())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(python.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).as(Files.readString(out)).isZero();
        List<Map<Long, Long>> all = new ArrayList<>();
        for (String line : Files.readAllLines(out)) {
            Map<Long, Long> bounds = new TreeMap<>();
            for (String pair : line.split(" ", -1)) {
                String[] sides = pair.split(":", -1);
                bounds.put(Long.parseLong(sides[0]), Long.parseLong(sides[1]));
            }
            all.add(bounds);
        }
        return all;
    }

    private static boolean hasPython() {
        try {
            return new ProcessBuilder("python3", "-c", "pass").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void bothPipelinesCutWhereTheOracleDoesHoweverOftenOneBeginsAgain() throws Exception {
        assumeTrue(Files.exists(tool()), "skipped: ../shared is missing");
        assumeTrue(hasPython(), "skipped: no python3");
        Random random = new Random(5);
        List<Case> cases = new ArrayList<>();
        int splices = 0;
        while (splices < 1500) {
            int length = new int[] {60, 50, 100, 48, 59}[random.nextInt(5)];
            long base = 1_000_000 + random.nextInt(1_000_000_000);
            TreeSet<Long> some = new TreeSet<>();
            for (int i = 1 + random.nextInt(13); i > 0; i--) {
                some.add(base + random.nextInt(60 * length));
            }
            splices += some.size();
            cases.add(new Case(length, base - 2L * length, base + 62L * length, some));
        }
        List<Map<Long, Long>> expected = ask(cases);
        assertThat(expected).hasSameSizeAs(cases);
        int compared = 0;
        for (int i = 0; i < cases.size(); i++) {
            Case one = cases.get(i);
            durations(one.length(), expected.get(i));
            EpochGrid grid = new EpochGrid(Rational.of(25, 1), one.length(), 1);
            Map<Long, Long> first = CueScheduleTest.run(grid, one.splices(), one.first() - one.length(), one.last());
            long late = one.first() + random.nextInt(50 * one.length());
            Map<Long, Long> second = CueScheduleTest.run(grid, one.splices(), late, one.last());
            for (Map.Entry<Long, Long> boundary : expected.get(i).entrySet()) {
                long k = boundary.getKey();
                long nominal = k * one.length();
                if (nominal + 3L * one.length() >= one.last() || nominal < one.first() + one.length()) {
                    continue;
                }
                assertThat(first.getOrDefault(k, nominal))
                        .as("A, boundary %d", k)
                        .isEqualTo(boundary.getValue());
                if (nominal >= late + 3L * one.length()) {
                    assertThat(second.getOrDefault(k, nominal))
                            .as("B, boundary %d", k)
                            .isEqualTo(boundary.getValue());
                    compared++;
                }
            }
        }
        assertThat(splices).isGreaterThan(1000);
        assertThat(compared).isGreaterThan(3000);
    }

    private static void durations(int length, Map<Long, Long> boundaries) {
        long before = -1;
        for (long boundary : boundaries.values()) {
            if (before >= 0) {
                // frames are whole: half of an odd length is rounded
                assertThat(2 * (boundary - before)).isBetween(length - 1L, 3L * length + 1);
            }
            before = boundary;
        }
    }
}
