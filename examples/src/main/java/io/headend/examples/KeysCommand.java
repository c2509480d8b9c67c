package io.headend.examples;

import io.headend.cdn.EdgeServer;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code headend keys}: key and licence servers. */
@Command(
        name = "keys",
        description =
                "Run key and licence servers: SPEKE 2.0 at /speke, W3C ClearKey at /license, with a signer the Widevine"
                        + " key interface at /widevine, with a licence service its signing proxy at /widevine-license, and with a"
                        + " host's class FairPlay at /fairplay.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \\n' > secret.txt",
            "  ./headend keys --port 8090 --secret-file secret.txt &",
            "  ./headend vod 'test:?duration=10' -o film --drm cbcs \\",
            "    --speke http://127.0.0.1:8090/speke \\",
            "    --license http://127.0.0.1:8090/license",
            "secret.txt holds 32 to 128 hexadecimal digits; all keys follow from them, so that there is nothing to store."
        })
final class KeysCommand implements Callable<Integer> {

    private static final int MOST_WAITING = 256;
    private static final int MOST_CLIENTS = 1024;
    private static final int MOST_BODY = 256 << 10;
    private static final int MOST_URI = 8 << 10;
    private static final int MOST_FIELDS = 16 << 10;

    @Mixin
    KeyServers servers = new KeyServers();

    @Option(names = "--port", defaultValue = "8090", description = "0 for any free one (default: ${DEFAULT-VALUE})")
    int port = 8090;

    @Option(
            names = "--address",
            paramLabel = "HOST",
            description = "where to listen; other than this machine needs --token-file (default: this machine)")
    @Nullable
    String address;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "requests for keys and licences must carry 'Authorization: Bearer' and the text of this file;"
                    + " without it all programs of this machine may ask, and web pages in its browsers")
    @Nullable
    Path tokenFile;

    @Option(names = "--at-once", defaultValue = "64", description = "requests at a time (default: ${DEFAULT-VALUE})")
    int atOnce = 64;

    @Option(
            names = "--each-second",
            defaultValue = "1000",
            description = "requests a second (default: ${DEFAULT-VALUE})")
    int eachSecond = 1000;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "end after so long")
    double duration;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Predicate<MediaRequest> allowed = authorisation();
        InetAddress where = where();
        // those that wait for a licence service do not hold up those that compute
        ExecutorService waiting = threads(Math.min(Math.max(4, atOnce), MOST_WAITING));
        ExecutorService computing = threads(Runtime.getRuntime().availableProcessors());
        Map<String, MediaHandler> byPath = new TreeMap<>(servers.handlers(allowed, computing, waiting));
        CountDownLatch end = new CountDownLatch(1);
        try (EdgeServer server = EdgeServer.builder(KeyPaths.of(byPath, atOnce, eachSecond))
                .address(where)
                .port(port)
                .requestLimits(MOST_URI, MOST_FIELDS, MOST_BODY)
                .maxConnections(MOST_CLIENTS)
                .build()) {
            Thread hook = new Thread(end::countDown, "end-keys");
            Runtime.getRuntime().addShutdownHook(hook);
            server.start();
            PrintWriter out = spec.commandLine().getOut();
            String host = where.isLoopbackAddress() ? "127.0.0.1" : where.getHostAddress();
            // at once: who has read the first address finds the others as well
            out.print(byPath.keySet().stream()
                    .map(path -> "http://" + host + ":" + server.port() + path + System.lineSeparator())
                    .collect(Collectors.joining()));
            out.flush();
            if (duration > 0) {
                end.await((long) (duration * 1000), TimeUnit.MILLISECONDS);
            } else {
                end.await();
            }
        } finally {
            waiting.shutdownNow();
            computing.shutdownNow();
        }
        return 0;
    }

    private static ExecutorService threads(int count) {
        return new ThreadPoolExecutor(
                count, count, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MOST_WAITING), KeysCommand::daemon);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "keys");
        thread.setDaemon(true);
        return thread;
    }

    private InetAddress where() {
        if (address == null) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            InetAddress named = InetAddress.getByName(address);
            if (!named.isLoopbackAddress() && tokenFile == null) {
                throw usage("keys are not given to whoever asks from anywhere: --address " + address
                        + " needs --token-file");
            }
            return named;
        } catch (UnknownHostException e) {
            throw usage("there is no address '" + address + "'");
        }
    }

    private Predicate<MediaRequest> authorisation() {
        if (tokenFile == null) {
            return request -> true;
        }
        String token = SmallFile.text(tokenFile).strip();
        if (token.length() < 16) {
            throw usage("a token has 16 characters or more; " + tokenFile + " has " + token.length());
        }
        byte[] wanted = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        return request -> MessageDigest.isEqual(
                wanted, request.headers().first("Authorization").orElse("").getBytes(StandardCharsets.UTF_8));
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
