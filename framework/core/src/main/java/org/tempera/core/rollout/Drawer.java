package org.tempera.core.rollout;

import java.util.Collections;
import java.util.List;
import org.tempera.core.prompt.StepText;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.graph.StopSignal;
import org.tempera.graph.TrainingSession;

/**
 * Draws batches of latents for prompts: rollouts, evaluations, pictures for users and verification all draw here. For
 * use by several threads.
 */
public final class Drawer {
    private final Sampler sampler;
    private final TextEmbeddings text;
    private final Schedule schedule;

    public Drawer(Sampler sampler, TextEmbeddings text, Schedule schedule) {
        this.sampler = sampler;
        this.text = text;
        this.schedule = schedule;
    }

    /** One that draws alike through another sampler of the same size. */
    public Drawer with(Sampler other) {
        return new Drawer(other, text, schedule);
    }

    public Sampler sampler() {
        return sampler;
    }

    /** The steps that a sample takes unless others are asked for. */
    public Schedule schedule() {
        return schedule;
    }

    /** Samples at a time. */
    public int batch() {
        return sampler.batch();
    }

    /** What these prompts, as many as a batch has, are conditioned on. */
    public StepText text(List<String> prompts) {
        return text.ofStep(prompts);
    }

    /**
     * Draws one batch.
     *
     * @param prompts one for each row
     * @param stop looked at before every step
     * @throws StopSignal.StoppedException if it was given
     * @throws org.tempera.graph.Divergence if latents or values are not finite
     */
    public Sampler.Batch draw(TrainingSession session, List<String> prompts, Noise noise, StopSignal stop) {
        return draw(session, schedule, prompts, noise, stop);
    }

    /** The same by other steps. */
    Sampler.Batch draw(TrainingSession session, Schedule steps, List<String> prompts, Noise noise, StopSignal stop) {
        return sampler.draw(session, steps, text(prompts), steps.initialLatents(noise.initial()), noise, stop);
    }

    /** Runs the first step of a batch and forgets it, so that what TensorFlow does once is done. */
    public void warmUp(TrainingSession session, String prompt, Noise noise, StopSignal stop) {
        List<String> prompts = Collections.nCopies(batch(), prompt);
        sampler.draw(session, schedule.first(1), text(prompts), noise.initial(), noise, stop);
    }
}
