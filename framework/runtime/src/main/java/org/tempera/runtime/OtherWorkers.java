package org.tempera.runtime;

/** What starts the other workers of a run ({@code run.cluster}), where its first worker is to do it. */
@FunctionalInterface
public interface OtherWorkers {
    /** Somebody else starts them. */
    OtherWorkers BY_THEMSELVES = () -> {};

    /**
     * Starts them. All is checked by then that is known without them, and the run's folder is made and locked; whom
     * this does not start is waited for all the same.
     *
     * @throws org.tempera.spi.UserException if they cannot be started, which ends the run
     */
    void start();
}
