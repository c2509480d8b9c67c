package io.headend.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The platform's HTTP server in front of a handler, on a free port of the loopback interface, as a host with a server of its own would
 * mount it. Bodies are held in memory.
 *
 * <p><b>Threading:</b> the handler is called on the server's threads, which {@link #close} ends.
 */
public final class LoopbackServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();

    /** Listens at once. */
    public LoopbackServer(MediaHandler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(handler, exchange));
        server.start();
    }

    private void answer(MediaHandler handler, HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        Headers.Builder headers = Headers.builder();
        exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        byte[] body = exchange.getRequestBody().readAllBytes();
        MediaResponse response = handler.handle(new MediaRequest(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""),
                        headers.build(),
                        new MediaBody.Bytes(ByteBuffer.wrap(body))))
                .toCompletableFuture()
                .join();
        byte[] bytes =
                response.body().collect(Integer.MAX_VALUE).toCompletableFuture().join();
        response.headers().forEach(exchange.getResponseHeaders()::add);
        exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Where it listens, with a path. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    }

    /** How many requests came so far. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
