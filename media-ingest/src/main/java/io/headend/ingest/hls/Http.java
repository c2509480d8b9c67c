package io.headend.ingest.hls;

import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP client of a source's own, whose threads end soon after their last work. */
final class Http implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Http.class);

    private final ThreadPoolExecutor executor;
    private final HttpClient client;

    Http(Duration connect) {
        executor = new ThreadPoolExecutor(2, 2, 2, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "hls-http");
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
        client = HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(connect)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    HttpClient client() {
        return client;
    }

    /** From JDK 21 on a client can be shut down; before, it ends when nobody refers to it. */
    @Override
    public void close() {
        try {
            HttpClient.class.getMethod("shutdownNow").invoke(client);
        } catch (NoSuchMethodException e) {
            log.trace("this JDK ends its HTTP client by itself");
        } catch (IllegalAccessException | InvocationTargetException e) {
            log.debug("the HTTP client was not shut down", e);
        }
    }
}
