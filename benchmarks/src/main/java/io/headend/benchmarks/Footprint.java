package io.headend.benchmarks;

import io.headend.core.LeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * What this process holds at one instant, on Linux.
 *
 * @param handles open native handles by kind
 * @param leaked handles collected while open, since the start
 * @param residentKib resident memory that is not file-backed, without what the JVM manages (heap, classes, code) and what the
 *     allocator keeps for reuse
 * @param threads of the process, native ones included, without workers of the JDK's common pool: those come by load, stay for a minute
 *     and are never more than processors
 * @param files open file descriptors
 */
record Footprint(Map<String, Long> handles, long leaked, long residentKib, long threads, long files) {

    static Footprint now() throws IOException {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Pointer.trimMemory();
        MemoryMXBean java = ManagementFactory.getMemoryMXBean();
        long managed = java.getHeapMemoryUsage().getCommitted()
                + java.getNonHeapMemoryUsage().getCommitted();
        return new Footprint(
                LeakDetector.live(),
                LeakDetector.leaked(),
                status("RssAnon") - managed / 1024,
                status("Threads") - commonPool(),
                descriptors());
    }

    private static long commonPool() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ForkJoinPool.commonPool-worker-"))
                .count();
    }

    private static long status(String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc/self/status has no " + field);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    static String header() {
        return String.format(
                "%7s %9s %7s %10s %8s %6s", "cycle", "handles", "leaked", "native MiB", "threads", "files");
    }

    String row(int cycle) {
        return String.format(
                Locale.ROOT,
                "%7d %9d %7d %10.1f %8d %6d",
                cycle,
                handles.values().stream().mapToLong(Long::longValue).sum(),
                leaked,
                residentKib / 1024.0,
                threads,
                files);
    }
}
