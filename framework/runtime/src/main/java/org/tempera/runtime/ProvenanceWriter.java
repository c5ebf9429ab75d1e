package org.tempera.runtime;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tempera.base.concurrent.Background;
import org.tempera.record.run.Provenance;
import org.tempera.record.verdict.Ruler;

/**
 * Collects a run's provenance and its ruler in threads of their own while the graph is built and trained: hashing the
 * weights of a large model takes a minute and more.
 */
final class ProvenanceWriter implements AutoCloseable {
    private final Background<Provenance> collected;
    private final Background<Ruler> ruler;
    private Optional<Background<Boolean>> written = Optional.empty();

    ProvenanceWriter(Supplier<Provenance> collector, Supplier<Ruler> measuring) {
        this.collected = Background.start("provenance", collector);
        this.ruler = Background.start("ruler", measuring);
    }

    /**
     * Waits for the provenance.
     *
     * @throws org.tempera.spi.UserException if a file could not be read
     */
    Provenance provenance() {
        return collected.get();
    }

    /**
     * Waits for what measures the evaluations.
     *
     * @throws org.tempera.spi.UserException if a file could not be read
     */
    Ruler ruler() {
        return ruler.get();
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

    /**
     * Waits, so that nothing is written into a folder that another run may have locked by then, nor a closed file read.
     */
    @Override
    public void close() {
        for (Runnable each : List.<Runnable>of(this::await, collected::get, ruler::get)) {
            try {
                each.run();
            } catch (RuntimeException | OutOfMemoryError e) {
                // Whoever waits for it hears of it; what else went wrong is not to be hidden behind it.
            }
        }
    }
}
