package org.tempera.core.train;

import java.util.List;
import java.util.Map;

/**
 * Measures the policy after an epoch. The framework's own draws the configured prompts from the configured noise, the
 * same at every evaluation; a program may bind another.
 */
public interface Evaluator {
    /**
     * Measures.
     *
     * @param epoch epochs that are complete; 0 is before training
     * @param pictures draws and scores with the weights of that epoch
     * @return what is logged and shown, and by whose held-out and gold scores the run is judged
     * @throws org.tempera.graph.StopSignal.StoppedException if the run was asked to stop meanwhile
     */
    Evaluation evaluate(int epoch, Pictures pictures);

    /**
     * The prompts that it draws, which are encoded before the run is built.
     *
     * @param configured one for each picture
     */
    default List<String> prompts(List<String> configured) {
        return configured;
    }

    /**
     * How it measures otherwise than the framework's own: a part of the ruler, so that evaluations of another kind are
     * never compared, and a run goes on only under the same. Name it and its version, such as
     * {@code Map.of("evaluator", "birds 2")}: what differs from one JVM to the next, as a lambda's class does, would be
     * refused.
     */
    Map<String, String> ruler();

    /** Draws and scores pictures for an evaluation; changes nothing. */
    interface Pictures {
        /** The prompts that {@link Evaluator#prompts} gave. */
        List<String> prompts();

        /** The configured seed of the noise. */
        long seed();

        /**
         * Draws a picture for each prompt and scores it by every reward, and by gold where there is one.
         *
         * @param epoch epochs that are complete
         * @param prompts at least one; of {@link #prompts}, in any order and as often as one likes
         * @param seed of the noise: picture {@code i} of a seed begins with the same noise always
         */
        Evaluation draw(int epoch, List<String> prompts, long seed);
    }

    /** The framework's own. */
    static Evaluator standard() {
        return new Evaluator() {
            @Override
            public Evaluation evaluate(int epoch, Pictures pictures) {
                return pictures.draw(epoch, pictures.prompts(), pictures.seed());
            }

            @Override
            public Map<String, String> ruler() {
                return Map.of();
            }
        };
    }
}
