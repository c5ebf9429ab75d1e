package org.tempera.core.sample;

import org.tempera.spi.graph.Follower;

/** Which weights of a checkpoint are drawn with or exported. */
public enum SampledWeights {
    /** The policy that was trained. */
    POLICY,
    /** The behaviour weights, which followed it. */
    BEHAVIOUR;

    /** Name in a checkpoint of the value that a parameter of the policy is given. */
    String nameOf(String parameter) {
        return this == POLICY ? parameter : Follower.BEHAVIOUR.nameOf(parameter);
    }
}
