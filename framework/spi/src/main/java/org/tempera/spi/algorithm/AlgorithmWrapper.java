package org.tempera.spi.algorithm;

/**
 * An algorithm that is made around another one, whichever plugin that is: one that hands it other rewards, say.
 * Service, name and keys are those of any algorithm; its config names the other, whose keys stand in that one's own
 * block.
 *
 * <p>The policy's learning rate and the behaviour weights are as suits the wrapped algorithm: {@link
 * #learningRateFactor} and {@link #behaviour} are not asked. {@link ForwardingAlgorithm} leaves all to the wrapped one
 * but what a subclass answers itself.
 */
public interface AlgorithmWrapper<C extends Record> extends AlgorithmProvider<C> {
    /** The name of the algorithm that is wrapped, which wraps none itself; the key {@code of} by custom. */
    String wraps(C config);

    /**
     * Makes the algorithm.
     *
     * @param wrapped the one that {@link #wraps} names, with its own config
     * @throws org.tempera.spi.UserException if the two do not go together
     */
    Algorithm create(C config, Algorithm wrapped);

    /**
     * Is not called: there is an algorithm to wrap.
     *
     * @throws IllegalStateException always
     */
    @Override
    default Algorithm create(C config) {
        throw new IllegalStateException(
                "the algorithm '" + name() + "' is made around '" + wraps(config) + "': give it that one");
    }
}
