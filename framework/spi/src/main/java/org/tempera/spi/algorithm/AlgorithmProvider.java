package org.tempera.spi.algorithm;

import java.util.List;
import java.util.Map;
import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of algorithms. */
public interface AlgorithmProvider<C extends Record> extends PluginProvider<C> {
    /**
     * Makes the algorithm.
     *
     * @throws org.tempera.spi.UserException if what the config names cannot be used
     */
    Algorithm create(C config);

    /**
     * What the learning rate that suits a policy ({@code optimizer.base-learning-rate}) is multiplied with, so that it
     * suits the algorithm. The product is the policy's learning rate where a config gives none. The measure is TDPO,
     * whose factor is 1: an optimiser step for each timestep of a few batches. An algorithm that averages an epoch into
     * few steps takes a larger one.
     */
    default double learningRateFactor() {
        return 1;
    }

    /**
     * How a run of the algorithm keeps the behaviour weights where its config does not say; as any other run by
     * default. An algorithm that is made for these to draw says so here, and how they follow the policy.
     */
    default BehaviourSettings behaviour() {
        return BehaviourSettings.defaults();
    }

    /**
     * Names under which the field knows the algorithm with other values of its keys. Who asks for an algorithm of such
     * a name is told what to ask for; it is no name that a config may use.
     *
     * @return kebab-case name to values of keys, such as {@code grpo-guard} to {@code surrogate=guard}, whose names
     *     start in the algorithm's own block
     */
    default Map<String, List<String>> variants() {
        return Map.of();
    }
}
