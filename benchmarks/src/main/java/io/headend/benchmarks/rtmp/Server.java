package io.headend.benchmarks.rtmp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, whose CPU time the kernel counts. */
final class Server implements AutoCloseable {

    private static final double TICKS = 100;

    final String name;
    final int port;
    private final Process process;
    private final long worker;

    private Server(String name, int port, Process process, long worker) {
        this.name = name;
        this.port = port;
        this.process = process;
        this.worker = worker;
    }

    /** Ours: {@link RelayMain} with the same Java. */
    static Server headend(int port, int batchMillis, int loops, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                RelayMain.class.getName(),
                Integer.toString(port),
                Integer.toString(batchMillis),
                Integer.toString(loops)));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("the server has not started");
        }
        return new Server("headend, batch " + batchMillis + " ms", port, process, process.pid());
    }

    /** nginx with its RTMP module, unpacked by {@code benchmarks/rtmp/fetch-nginx}. */
    static Server nginx(Path folder, int port) throws Exception {
        Path work = Files.createTempDirectory("nginx-rtmp");
        Path config = work.resolve("nginx.conf");
        Files.writeString(
                config, """
                load_module %s;
                daemon off;
                worker_processes 1;
                pid %s/nginx.pid;
                error_log %s/error.log warn;
                events { worker_connections 8192; }
                rtmp {
                  access_log off;
                  server {
                    listen 127.0.0.1:%d;
                    chunk_size 4096;
                    application live { live on; wait_key on; }
                  }
                }
                """.formatted(folder.resolve("usr/lib/nginx/modules/ngx_rtmp_module.so"), work, work, port));
        Process process = new ProcessBuilder(
                        folder.resolve("usr/sbin/nginx").toString(),
                        "-p",
                        work.toString(),
                        "-e",
                        work.resolve("error.log").toString(),
                        "-c",
                        config.toString())
                .inheritIO()
                .start();
        long end = System.nanoTime() + 5_000_000_000L;
        while (process.children().findFirst().isEmpty()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException("nginx has not started; see " + work.resolve("error.log"));
            }
            Thread.sleep(20);
        }
        return new Server(
                "nginx-rtmp, 1 worker",
                port,
                process,
                process.children().findFirst().orElseThrow().pid());
    }

    /** Seconds of user and system time so far. */
    @SuppressWarnings("StringSplitter") // the kernel ends the line
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + worker + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    /** Resident memory in MiB. */
    double residentMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + worker + "/status"))) {
            if (line.startsWith("VmRSS")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        return 0;
    }

    static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly())
                .join();
    }

    static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
