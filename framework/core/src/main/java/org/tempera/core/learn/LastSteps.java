package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.rollout.StepInputs;
import org.tempera.nn.diffusion.StepChain;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.NoiseProcess;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The last steps of sampling in the graph of an update, so that a gradient goes through them. */
final class LastSteps {
    private static final long RENOISE = 3;

    private final MinibatchGraph batch;

    LastSteps(MinibatchGraph batch) {
        this.batch = batch;
        batch.useText();
    }

    /**
     * The steps as they were drawn.
     *
     * @param live how many of them have a gradient, {@code [batch]}; absent for all
     */
    Operand<TFloat32> unrolled(int steps, int ofAll, Optional<Operand<TFloat32>> live) {
        if (steps < 1 || steps > ofAll) {
            throw new IllegalStateException("of " + ofAll + " steps, " + steps + " cannot be unrolled");
        }
        String name = (live.isPresent() ? "partly-" : "") + "unrolled-" + steps + "-";
        Operand<TFloat32> latents = batch.latentInput(name + "first");
        int first = ofAll - steps;
        batch.inputs().add(name + "first", latents, rows -> rows.latentsAt(first));
        List<StepChain.Link> links = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            int at = first + i;
            String input = name + i + "-";
            Operand<TFloat32> noise = batch.latentInput(input + "noise");
            batch.inputs().add(input + "noise", noise, rows -> rows.noise(at));
            links.add(link(input, at, MinibatchRows::schedule, Optional.of(noise)));
        }
        return batch.learnt(chain().run(batch.graph().child(name + "steps"), latents, links, live));
    }

    /** The last step once more from the final latents, without noise. */
    Operand<TFloat32> again(int draw, int ofAll) {
        String name = "again-" + draw + "-";
        NoiseProcess process = batch.guidedStep().process();
        int last = ofAll - 1;
        Operand<TFloat32> clean = batch.latentInput(name + "clean");
        Operand<TFloat32> noise = batch.latentInput(name + "noise");
        Operand<TFloat32> forward = batch.input(name + "forward", batch.batchSize(), process.forwardCoefficientCount());
        batch.inputs().add(name + "clean", clean, rows -> rows.latentsAt(ofAll));
        batch.inputs().add(name + "noise", noise, rows -> rows.freshNoise(RENOISE + draw, 1));
        batch.inputs().add(name + "forward", forward, rows -> forward(process, rows, last));
        StepChain.Link link = link(name, last, rows -> rows.schedule().deterministic(), Optional.empty());
        return batch.learnt(chain().again(batch.graph().child(name + "step"), clean, noise, forward, link));
    }

    private StepChain chain() {
        StepInputs in = batch.stepInputs();
        return new StepChain(
                batch.guidedStep(), in.positiveConditioning(), in.negativeConditioning(), batch.guidance());
    }

    private static HostTensor forward(NoiseProcess process, MinibatchRows rows, int step) {
        float[] row = process.forwardCoefficients(rows.schedule().timesteps()[step]);
        float[] all = new float[rows.size() * row.length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(row, 0, all, i * row.length, row.length);
        }
        return HostTensor.of(all, rows.size(), row.length);
    }

    /** Declares the inputs of a step that all rows take. */
    private StepChain.Link link(
            String name, int at, Function<MinibatchRows, Schedule> schedule, Optional<Operand<TFloat32>> noise) {
        int rows = batch.batchSize();
        Operand<TFloat32> timesteps = batch.input(name + StepInputs.TIMESTEPS, rows);
        Operand<TFloat32> coefficients = batch.input(
                name + StepInputs.COEFFICIENTS,
                rows,
                batch.guidedStep().process().coefficientCount());
        batch.inputs()
                .addAll(
                        Map.of(name + StepInputs.TIMESTEPS, timesteps, name + StepInputs.COEFFICIENTS, coefficients),
                        of -> {
                            Map<String, HostTensor> feeds = new LinkedHashMap<>();
                            feeds.put(
                                    name + StepInputs.TIMESTEPS,
                                    schedule.apply(of).timesteps(of.all(at)));
                            feeds.put(
                                    name + StepInputs.COEFFICIENTS,
                                    schedule.apply(of).coefficients(of.all(at)));
                            return feeds;
                        });
        return new StepChain.Link(timesteps, coefficients, noise);
    }
}
