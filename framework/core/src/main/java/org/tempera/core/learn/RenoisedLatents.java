package org.tempera.core.learn;

import java.util.Map;
import java.util.Optional;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.rollout.StepInputs;
import org.tempera.nn.diffusion.NoisedLatents;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.NoiseProcess;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Declares the inputs by which a micro-batch's final latents are noised again. */
final class RenoisedLatents {
    private static final String NAME = "renoised-";

    private final NoiseProcess process;
    private final Renoising how;

    private RenoisedLatents(NoiseProcess process, Renoising how) {
        this.process = process;
        this.how = how;
    }

    /** The samples' final latents, noised again to a timestep, and the networks' outputs for them. */
    static Denoising of(MinibatchGraph batch, Renoising how) {
        if (how.rowsAlike() < 1 || batch.batchSize() % how.rowsAlike() != 0) {
            throw new UnfitLossException("has micro-batches of " + batch.batchSize()
                    + " rows, which are no whole number of groups of " + how.rowsAlike() + " rows that are alike");
        }
        return new RenoisedLatents(batch.guidedStep().process(), how).declare(batch);
    }

    private Denoising declare(MinibatchGraph batch) {
        Operand<TFloat32> clean = batch.latentInput(NAME + "clean");
        Operand<TFloat32> noise = batch.latentInput(NAME + "noise");
        Operand<TFloat32> timesteps = batch.input(NAME + "timesteps", batch.batchSize());
        Operand<TFloat32> coefficients =
                batch.input(NAME + "coefficients", batch.batchSize(), process.forwardCoefficientCount());
        MinibatchInputs inputs = batch.inputs();
        inputs.add(NAME + "clean", clean, rows -> rows.latentsAt(rows.schedule().length()));
        inputs.add(NAME + "noise", noise, rows -> rows.freshNoise(MinibatchRows.Purpose.NOISE, 0, how.rowsAlike()));
        inputs.addAll(Map.of(NAME + "timesteps", timesteps, NAME + "coefficients", coefficients), this::levels);
        batch.useText();
        StepInputs in = batch.stepInputs();
        return new NoisedLatents(
                batch.views().child("denoising"),
                batch.guidedStep(),
                new NoisedLatents.Inputs(
                        clean,
                        noise,
                        timesteps,
                        coefficients,
                        in.positive(),
                        how.guided() ? in.negative() : Optional.empty()),
                batch::learnt);
    }

    /** One of the timesteps that the model was trained on, each as likely as another. */
    static int uniform(NoiseProcess process, StatelessRandom random) {
        return process.firstTrainTimestep() + random.nextInt(process.trainTimesteps());
    }

    private Map<String, HostTensor> levels(MinibatchRows rows) {
        float[] at = new float[rows.size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = switch (how.level()) {
                case UNIFORM -> uniform(process, rows.random(MinibatchRows.Purpose.TIMESTEP, 0, i / how.rowsAlike()));
                case OF_STEPS -> rows.schedule().timestep(rows.steps()[i]);
            };
        }
        return Map.of(
                NAME + "timesteps",
                HostTensor.of(at, at.length),
                NAME + "coefficients",
                HostTensor.rows(at.length, process.forwardCoefficientCount(), i -> process.forwardCoefficients(at[i])));
    }
}
