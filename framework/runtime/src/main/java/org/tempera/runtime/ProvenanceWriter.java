package org.tempera.runtime;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tempera.core.run.Provenance;
import org.tempera.nn.concurrent.Background;

/**
 * Collects a run's provenance in a thread of its own while the graph is built and trained: hashing the weights of a large
 * model takes a minute and more.
 */
final class ProvenanceWriter implements AutoCloseable {
    private final Background<Provenance> collected;
    private Optional<Background<Boolean>> written = Optional.empty();

    ProvenanceWriter(Supplier<Provenance> collector) {
        this.collected = Background.start("provenance", collector);
    }

    /** Writes it as soon as it is there. */
    void write(Consumer<Provenance> writer) {
        written = Optional.of(Background.start("provenance-writer", () -> {
            writer.accept(collected.get());
            return true;
        }));
    }

    /**
     * Waits until it is written.
     *
     * @throws org.tempera.spi.UserException if a file could not be read or written
     */
    void await() {
        written.ifPresent(Background::get);
    }

    /** Waits, so that nothing is written into a folder that another run may have locked by then. */
    @Override
    public void close() {
        try {
            await();
        } catch (RuntimeException e) {
            // Whoever waits for it with await hears of it.
        }
    }
}
