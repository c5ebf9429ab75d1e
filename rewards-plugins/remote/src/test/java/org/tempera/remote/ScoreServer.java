package org.tempera.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;

/** A scorer over HTTP: scores are the mean red of a picture, in [0,255]; it misbehaves as it is told to. */
final class ScoreServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "score-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<Behaviour> next = new ArrayDeque<>();
    private volatile Behaviour otherwise = ScoreServer::well;
    private final Semaphore stalled = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    /** What happens to one request. */
    interface Behaviour {
        void answer(HttpExchange exchange, JsonNode request) throws IOException, InterruptedException;
    }

    ScoreServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/score", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/score";
    }

    /** The next requests meet these; later ones are answered well. */
    ScoreServer then(Behaviour... behaviours) {
        next.addAll(List.of(behaviours));
        return this;
    }

    /** All requests after those meet this. */
    ScoreServer otherwise(Behaviour behaviour) {
        otherwise = behaviour;
        return this;
    }

    static Behaviour status(int status, String body) {
        return (exchange, request) -> send(exchange, status, body);
    }

    static Behaviour redirects(int status, String location) {
        return (exchange, request) -> {
            exchange.getResponseHeaders().set("Location", location);
            send(exchange, status, "<html>Moved</html>");
        };
    }

    static Behaviour says(String body) {
        return status(200, body);
    }

    /** Nothing until the server is closed. */
    Behaviour stalls() {
        return (exchange, request) -> stall();
    }

    /** Headers and the beginning of the body, then nothing. */
    Behaviour stallsInTheBody() {
        return (exchange, request) -> {
            begin(exchange);
            stall();
        };
    }

    private void stall() throws InterruptedException {
        stalled.release();
        closed.await();
    }

    /** Waits until this server stalls on a request. */
    void awaitStall() throws InterruptedException {
        stalled.acquire();
    }

    /** Gives an answer up when this server has stalled, and never before, however slow the machine is. */
    <T> T awaitUnlessStalled(CompletableFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (!answer.isDone()) {
            if (stalled.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                throw new TimeoutException("stalled");
            }
        }
        return answer.get();
    }

    /** Headers and the beginning of the body, then the connection is closed. */
    static Behaviour breaksOff() {
        return (exchange, request) -> begin(exchange);
    }

    private static void begin(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"scores\": [".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            // The JDK's server resets a connection that is kept, now and then, on a busy machine.
            exchange.getResponseHeaders().set("Connection", "close");
            JsonNode request =
                    new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
            Behaviour behaviour;
            synchronized (next) {
                requests.add(request);
                behaviour = next.poll();
            }
            (behaviour == null ? otherwise : behaviour).answer(exchange, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void well(HttpExchange exchange, JsonNode request) throws IOException {
        StringBuilder scores = new StringBuilder();
        for (JsonNode sample : request.path("samples")) {
            scores.append(scores.isEmpty() ? "" : ", ")
                    .append(meanRed(request.path("format").asText(), sample));
        }
        send(exchange, 200, "{\"scores\": [" + scores + "]}");
    }

    private static double meanRed(String format, JsonNode sample) throws IOException {
        byte[] bytes = sample.path("image").binaryValue();
        int pixels = sample.path("height").asInt() * sample.path("width").asInt();
        long sum = 0;
        if (format.equals("png")) {
            var image = ImageIO.read(new ByteArrayInputStream(bytes));
            for (int p = 0; p < pixels; p++) {
                sum += (image.getRGB(p % image.getWidth(), p / image.getWidth()) >> 16) & 0xff;
            }
        } else {
            for (int p = 0; p < pixels; p++) {
                sum += bytes[3 * p] & 0xff;
            }
        }
        return (double) sum / pixels;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
