package io.headend.transcode.pictures;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Processor time that an encode takes: of the thread that calls the encoder, only inside the calls, and of native threads that
 * came to be since the clock was made (x265, SVT-AV1). For those only one encode may run at a time, and the figure needs Linux.
 */
public final class EncodeClock {

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Set<String> before;
    private long started;
    private long nanos;

    /** @param nativeThreads whether the encoder has threads of its own */
    public EncodeClock(boolean nativeThreads) {
        before = nativeThreads ? tasks() : Set.of();
    }

    public void start() {
        started = THREADS.getCurrentThreadCpuTime();
    }

    public void stop() {
        nanos += THREADS.getCurrentThreadCpuTime() - started;
    }

    /** Adds what the native threads took; while the encoder is still open. */
    public void addNativeThreads() {
        if (before.isEmpty()) {
            return;
        }
        for (String task : tasks()) {
            if (!before.contains(task)) {
                nanos += taskNanos(TASKS.resolve(task));
            }
        }
    }

    public long nanos() {
        return nanos;
    }

    private static Set<String> tasks() {
        Set<String> names = new HashSet<>();
        if (Files.isDirectory(TASKS)) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
                tasks.forEach(task -> names.add(String.valueOf(task.getFileName())));
            } catch (IOException e) {
                return Set.of();
            }
        }
        return names;
    }

    // The virtual machine's own threads come and go by their own names.
    private static long taskNanos(Path task) {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            if (name.matches("(C1|C2|GC|G1|VM|Parallel|Common-|Cleaner|Reference|Finalizer|Signal).*")) {
                return 0;
            }
            return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
