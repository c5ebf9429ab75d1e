package org.tempera.core.rollout;

import java.util.EnumMap;
import java.util.Map;
import org.tempera.base.text.Words;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.SampledStep;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The step that a sampler builds, as its columns see it; the network under other weights is built as they are asked
 * for.
 */
final class SampledStepGraph implements SampledStep {
    private final GraphScope scope;
    private final StepInputs in;
    private final GuidedStep step;
    private final Weights sampling;
    private final Map<Weights, Under> under = new EnumMap<>(Weights.class);
    private final Operand<TFloat32> next;
    private final boolean noisy;
    private boolean readsNoise;

    /** A step under certain weights, and the scope that it is built in. */
    private record Under(GraphScope scope, Transition transition) {}

    /**
     * Builds the step and draws from it.
     *
     * @param weights those that sampling uses
     * @param noise standard normal, shaped like the latents
     * @param noisy whether log-probabilities may be asked for
     */
    SampledStepGraph(
            GraphScope scope, StepInputs in, GuidedStep step, Weights weights, Operand<TFloat32> noise, boolean noisy) {
        this.noisy = noisy;
        this.scope = scope;
        this.in = in;
        this.step = step;
        this.sampling = weights;
        Transition drawn = under(weights).transition();
        next = scope.tf().math.add(drawn.mean(), scope.tf().math.mul(drawn.standardDeviation(), noise));
    }

    private Under under(Weights weights) {
        Under built = under.get(weights);
        if (built == null) {
            GraphScope at = weights == sampling ? scope : scope.child(Words.of(weights));
            built = new Under(at, in.transition(step, at, weights));
            under.put(weights, built);
        }
        return built;
    }

    /** The clean latent that the network predicts under the sampling weights. */
    Operand<TFloat32> predictedClean() {
        return under(sampling).transition().predictedClean();
    }

    /**
     * A column's values.
     *
     * @param values {@code [batch]} or {@code [batch, ...]}
     * @param ofNoise whether they depend on the step's noise, so that a step without has none
     */
    record Column(Operand<TFloat32> values, boolean ofNoise) {}

    /** Builds a column. */
    Column column(RolloutColumn declared) {
        readsNoise = false;
        return new Column(declared.values().apply(this), readsNoise);
    }

    /** The next latent where the step adds no noise. */
    Operand<TFloat32> mean() {
        return under(sampling).transition().mean();
    }

    @Override
    public GraphScope graph() {
        return scope;
    }

    @Override
    public Weights weights() {
        return sampling;
    }

    @Override
    public Operand<TFloat32> latents() {
        return in.latents();
    }

    @Override
    public Operand<TFloat32> next() {
        readsNoise = true;
        return next;
    }

    @Override
    public Operand<TFloat32> mean(Weights weights) {
        return under(weights).transition().mean();
    }

    @Override
    public Operand<TFloat32> standardDeviation() {
        readsNoise = true;
        return under(sampling).transition().standardDeviation();
    }

    @Override
    public Operand<TFloat32> logProb(Weights weights) {
        StepNoise.require(noisy);
        readsNoise = true;
        Under u = under(weights);
        return GaussianLogProb.sum(
                u.scope().tf(), next, u.transition().mean(), u.transition().standardDeviation());
    }
}
