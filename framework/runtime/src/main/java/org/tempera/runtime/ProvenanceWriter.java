package org.tempera.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tempera.core.run.Provenance;

/**
 * Collects a run's provenance in a thread of its own while the graph is built and trained: hashing the weights of a large
 * model takes a minute and more.
 */
final class ProvenanceWriter implements AutoCloseable {
    private final CompletableFuture<Provenance> collected = new CompletableFuture<>();
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

    ProvenanceWriter(Supplier<Provenance> collector) {
        Thread thread = new Thread(
                () -> {
                    try {
                        collected.complete(collector.get());
                    } catch (Throwable e) {
                        collected.completeExceptionally(e);
                    }
                },
                "provenance");
        thread.setDaemon(true);
        thread.start();
    }

    /** Writes it as soon as it is there. */
    void write(Consumer<Provenance> writer) {
        written = collected.thenAccept(writer);
    }

    /**
     * Waits until it is written.
     *
     * @throws org.tempera.spi.UserException if a file could not be read or written
     */
    void await() {
        try {
            written.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Waits, so that nothing is written into a folder that another run may have locked by then. */
    @Override
    public void close() {
        written.exceptionally(e -> null).join();
    }
}
