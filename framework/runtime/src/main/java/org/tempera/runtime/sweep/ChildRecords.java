package org.tempera.runtime.sweep;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The records of a sweep's finished runs. */
interface ChildRecords {
    /**
     * What a record keeps of how it was made.
     *
     * @param keys the settings that it is of; empty where it does not say
     */
    record Kept(Map<String, String> keys, double seconds, long peakBytes) {
        /** @throws IllegalArgumentException that names what no run has taken */
        public Kept {
            ChildState.requireTaken(seconds, peakBytes);
        }
    }

    /**
     * That of a run; empty where there is none.
     *
     * @throws org.tempera.spi.UserException if it cannot be read
     */
    Optional<Kept> read(SweepChild child);

    /**
     * Makes that of a run that is done.
     *
     * @throws org.tempera.spi.UserException if it cannot be made or written
     */
    void write(SweepChild child, Path run, Kept how);

    /** Its file. */
    Path file(SweepChild child);
}
