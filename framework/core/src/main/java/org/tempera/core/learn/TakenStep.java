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
    private final Operand<TFloat32> prediction;
    private final Operand<TFloat32> mean;
    private final Operand<TFloat32> standardDeviation;
    private final Operand<TFloat32> predictedClean;
    private boolean readsDeviation;
    private @Nullable Operand<TFloat32> clean;
    private @Nullable Operand<TFloat32> logProb;
    private @Nullable Operand<TFloat32> referenceMean;
    private @Nullable GraphScope referenceScope;
    private @Nullable Operand<TFloat32> referenceOutput;

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
        prediction = output(batch.views(), Weights.POLICY);
        Transition whole = transition(batch.views(), prediction);
        mean = batch.learnt(whole.mean());
        standardDeviation = batch.learnt(whole.standardDeviation());
        predictedClean = whole.predictedClean();
    }

    private Operand<TFloat32> output(GraphScope scope, Weights weights) {
        return batch.stepInputs().output(batch.guidedStep(), scope, weights);
    }

    private Transition transition(GraphScope scope, Operand<TFloat32> output) {
        return batch.stepInputs().transition(batch.guidedStep(), scope, output);
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
            Transition reference = transition(referenceScope(), referenceOutput());
            referenceMean = batch.views().tf().stopGradient(reference.mean());
        }
        return referenceMean;
    }

    @Override
    public Operand<TFloat32> prediction() {
        return batch.learnt(prediction);
    }

    @Override
    public Operand<TFloat32> referencePrediction() {
        return batch.views().tf().stopGradient(referenceOutput());
    }

    private Operand<TFloat32> referenceOutput() {
        if (referenceOutput == null) {
            referenceOutput = output(referenceScope(), Weights.REFERENCE);
        }
        return referenceOutput;
    }

    private GraphScope referenceScope() {
        if (referenceScope == null) {
            referenceScope = batch.views().child("reference");
        }
        return referenceScope;
    }
}
