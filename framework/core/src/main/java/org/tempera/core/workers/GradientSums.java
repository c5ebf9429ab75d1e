package org.tempera.core.workers;

/** How the gradients of all workers become one sum. */
public enum GradientSums {
    /**
     * Lane after lane, on every worker: the same bits on any number of workers. Each sends its lanes' gradients to
     * every other.
     */
    IN_ORDER,
    /**
     * In a ring: each sends twice the gradients' size, however many workers there are, and the last bits depend on how
     * many.
     */
    RING
}
