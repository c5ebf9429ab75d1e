package org.tempera.core.learn;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.core.rollout.StepInputs;
import org.tempera.core.rollout.StepNoise;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The steps that were taken, under the present weights. */
final class TakenStep implements UpdateScope.Step {
    private static final String NEXT = "next";

    private final MinibatchGraph batch;
    private final Operand<TFloat32> next;
    private final Operand<TFloat32> mean;
    private final Operand<TFloat32> standardDeviation;
    private final Operand<TFloat32> predictedClean;
    private boolean readsDeviation;
    private @Nullable Operand<TFloat32> clean;
    private @Nullable Operand<TFloat32> logProb;
    private @Nullable Operand<TFloat32> referenceMean;

    TakenStep(MinibatchGraph batch) {
        this.batch = batch;
        StepInputs in = batch.stepInputs();
        MinibatchInputs inputs = batch.inputs();
        inputs.add(StepInputs.LATENTS, in.latents(), MinibatchRows::latents);
        inputs.add(StepInputs.TIMESTEPS, in.timesteps(), rows -> rows.schedule().timesteps(rows.steps()));
        inputs.add(StepInputs.COEFFICIENTS, in.coefficients(), rows -> rows.schedule()
                .coefficients(rows.steps()));
        batch.useText();
        next = batch.latentInput(NEXT);
        inputs.add(NEXT, next, MinibatchRows::next);
        Transition whole = transition(batch.views(), Weights.POLICY);
        mean = batch.learnt(whole.mean());
        standardDeviation = batch.learnt(whole.standardDeviation());
        predictedClean = whole.predictedClean();
    }

    private Transition transition(GraphScope scope, Weights weights) {
        return batch.stepInputs().transition(batch.guidedStep(), scope, weights);
    }

    /** What is read of it that its noise decides, in words; empty if nothing. */
    Optional<String> readOfNoise() {
        return logProb != null
                ? Optional.of("log-probabilities")
                : readsDeviation ? Optional.of("standard deviations") : Optional.empty();
    }

    @Override
    public Operand<TFloat32> logProb() {
        if (logProb == null) {
            StepNoise.require(batch.noisy());
            logProb = GaussianLogProb.sum(batch.views().tf(), next, mean, standardDeviation);
        }
        return logProb;
    }

    @Override
    public Operand<TFloat32> mean() {
        return mean;
    }

    @Override
    public Operand<TFloat32> standardDeviation() {
        readsDeviation = true;
        return standardDeviation;
    }

    @Override
    public Operand<TFloat32> clean() {
        if (clean == null) {
            clean = batch.learnt(predictedClean);
        }
        return clean;
    }

    @Override
    public Operand<TFloat32> referenceMean() {
        if (referenceMean == null) {
            Transition reference = transition(batch.views().child("reference"), Weights.REFERENCE);
            referenceMean = batch.views().tf().stopGradient(reference.mean());
        }
        return referenceMean;
    }
}
