package org.tempera.record.compare;

import java.util.Optional;
import org.tempera.base.text.Words;

/**
 * What is measured of a run as it goes on.
 *
 * @param kind what it says of a run
 * @param name of the score, as in the run's logs, of a picture's number, or of a metric
 * @param set name of the set of prompts that {@code evaluate} measured; empty of the run's own evaluations and metrics
 */
public record Measure(Kind kind, String name, Optional<String> set) {
    /** What a number says of a run. */
    public enum Kind {
        /** The reward that is trained on. */
        PROXY,
        /** What judges: gold where there is one, else the held-out score. */
        TRUTH,
        /** The held-out score, where gold is the truth. */
        HELD_OUT_SCORE,
        /** One held-out reward. */
        HELD_OUT,
        /** A reward that judges nothing: logged, a constraint, or one of several that are trained on together. */
        SHOWN,
        /** KL divergence from the weights before training, nats. */
        DIVERGENCE,
        /** How much the pictures of a prompt differ. */
        DIVERSITY,
        /** A statistic of the pictures themselves, or how steep the training reward is at them. */
        PICTURE,
        /** How much more a number rose on the prompts that are trained on than on those of another set. */
        GAP,
        /** A metric of training, such as the critic's. */
        METRIC;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Of a run's own evaluations, or of its metrics. */
    static Measure of(Kind kind, String name) {
        return new Measure(kind, name, Optional.empty());
    }

    /** Of a set that {@code evaluate} measured. */
    static Measure of(Kind kind, String name, String set) {
        return new Measure(kind, name, Optional.of(set));
    }

    /** For people, such as {@code vendi of held-out}. */
    @Override
    public String toString() {
        return name + set.map(s -> " of " + s).orElse("");
    }
}
