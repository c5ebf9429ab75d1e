package org.tempera.core.learn;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.tempera.core.rollout.StepInputs;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The samples' final latents, noised again to a timestep, and the networks' outputs for them. */
final class RenoisedLatents implements UpdateScope.Denoising {
    private static final String NAME = "renoised-";
    private static final long NOISE = 1;
    private static final long TIMESTEP = 2;

    private final MinibatchGraph batch;
    private final GraphScope scope;
    private final Renoising how;
    private final NoiseProcess process;
    private final Operand<TFloat32> clean;
    private final Operand<TFloat32> timesteps;
    private final Operand<TFloat32> coefficients;
    private final NoiseProcess.Forward forward;
    private final Map<Weights, Operand<TFloat32>> predictions = new EnumMap<>(Weights.class);

    RenoisedLatents(MinibatchGraph batch, Renoising how) {
        this.batch = batch;
        this.how = how;
        this.scope = batch.graph().child("denoising");
        this.process = batch.guidedStep().process();
        if (how.rowsAlike() < 1 || batch.batchSize() % how.rowsAlike() != 0) {
            throw new IllegalStateException("a micro-batch of " + batch.batchSize()
                    + " rows has no whole number of groups of " + how.rowsAlike() + " rows that are alike");
        }
        clean = batch.latentInput(NAME + "clean");
        Operand<TFloat32> noise = batch.latentInput(NAME + "noise");
        timesteps = batch.input(NAME + "timesteps", batch.batchSize());
        coefficients = batch.input(NAME + "coefficients", batch.batchSize(), process.forwardCoefficientCount());
        MinibatchInputs inputs = batch.inputs();
        inputs.add(NAME + "clean", clean, rows -> rows.latentsAt(rows.schedule().length()));
        inputs.add(NAME + "noise", noise, rows -> rows.freshNoise(NOISE, how.rowsAlike()));
        inputs.addAll(Map.of(NAME + "timesteps", timesteps, NAME + "coefficients", coefficients), this::levels);
        batch.useText();
        forward = process.diffuse(scope, clean, noise, coefficients);
    }

    private Map<String, HostTensor> levels(MinibatchRows rows) {
        int[] at = new int[rows.size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = switch (how.level()) {
                case UNIFORM -> rows.random(TIMESTEP, i / how.rowsAlike()).nextInt(process.trainTimesteps());
                case OF_STEPS -> rows.schedule().timesteps()[rows.steps()[i]];
            };
        }
        return Map.of(
                NAME + "timesteps",
                stacked(at.length, 1, i -> new float[] {at[i]}).reshape(at.length),
                NAME + "coefficients",
                stacked(at.length, process.forwardCoefficientCount(), i -> process.forwardCoefficients(at[i])));
    }

    private static HostTensor stacked(int rows, int width, IntFunction<float[]> row) {
        float[] all = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(row.apply(i), 0, all, i * width, width);
        }
        return HostTensor.of(all, rows, width);
    }

    @Override
    public Operand<TFloat32> clean() {
        return clean;
    }

    @Override
    public Operand<TFloat32> prediction(Weights weights) {
        Operand<TFloat32> known = predictions.get(weights);
        if (known == null) {
            known = build(weights);
            predictions.put(weights, known);
        }
        return known;
    }

    private Operand<TFloat32> build(Weights weights) {
        GraphScope at = scope.child(weights.name().toLowerCase(Locale.ROOT));
        StepInputs in = batch.stepInputs();
        Operand<TFloat32> output = batch.guidedStep()
                .output(
                        at,
                        weights,
                        forward.noisy(),
                        timesteps,
                        in.positiveConditioning(),
                        how.guided() ? in.negativeConditioning() : Optional.empty(),
                        batch.guidance());
        return weights == Weights.POLICY ? batch.learnt(output) : at.tf().stopGradient(output);
    }

    @Override
    public Operand<TFloat32> target() {
        return forward.target();
    }

    @Override
    public Operand<TFloat32> clean(Operand<TFloat32> prediction) {
        return process.clean(scope, forward.noisy(), prediction, coefficients);
    }

    @Override
    public Operand<TFloat32> signalToNoise() {
        return forward.signalToNoise();
    }
}
