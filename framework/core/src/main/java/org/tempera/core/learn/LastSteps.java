package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.List;
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
            throw new UnfitLossException("unrolls " + steps + " steps of " + ofAll);
        }
        int first = ofAll - steps;
        String start = "unrolled-" + first + "-first";
        Operand<TFloat32> latents =
                batch.sharedInput(start, rows -> rows.latentsAt(first), () -> batch.latentInput(start));
        List<StepChain.Link> links = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            int at = first + i;
            String input = "unrolled-" + at + "-";
            Operand<TFloat32> noise = batch.sharedInput(
                    input + "noise", rows -> rows.noise(at), () -> batch.latentInput(input + "noise"));
            links.add(link(input, at, MinibatchRows::schedule, Optional.of(noise)));
        }
        return batch.learnt(chain().run(batch.views().child("unrolled-" + steps), latents, links, live));
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
        batch.inputs().add(name + "noise", noise, rows -> rows.freshNoise(MinibatchRows.Purpose.AGAIN, draw, 1));
        batch.inputs().add(name + "forward", forward, rows -> forward(process, rows, last));
        StepChain.Link link = link(name, last, rows -> rows.schedule().deterministic(), Optional.empty());
        return batch.learnt(chain().again(batch.views().child(name + "step"), clean, noise, forward, link));
    }

    private StepChain chain() {
        StepInputs in = batch.stepInputs();
        return new StepChain(batch.guidedStep(), in.positive(), in.negative());
    }

    private static HostTensor forward(NoiseProcess process, MinibatchRows rows, int step) {
        float[] row = process.forwardCoefficients(rows.schedule().timestep(step));
        return HostTensor.rows(rows.size(), row.length, i -> row);
    }

    /** Declares the inputs of a step that all rows take. */
    private StepChain.Link link(
            String name, int at, Function<MinibatchRows, Schedule> schedule, Optional<Operand<TFloat32>> noise) {
        int rows = batch.batchSize();
        int width = batch.guidedStep().process().coefficientCount();
        Operand<TFloat32> timesteps = batch.sharedInput(
                name + StepInputs.TIMESTEPS,
                of -> schedule.apply(of).timesteps(of.all(at)),
                () -> batch.input(name + StepInputs.TIMESTEPS, rows));
        Operand<TFloat32> coefficients = batch.sharedInput(
                name + StepInputs.COEFFICIENTS,
                of -> schedule.apply(of).coefficients(of.all(at)),
                () -> batch.input(name + StepInputs.COEFFICIENTS, rows, width));
        return new StepChain.Link(timesteps, coefficients, noise);
    }
}
