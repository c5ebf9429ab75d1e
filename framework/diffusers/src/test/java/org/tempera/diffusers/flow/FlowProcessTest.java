package org.tempera.diffusers.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.tempera.diffusers.flow.FlowConfig.Spacing;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.config.ModelConfig;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.NoiseProcess.Forward;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Against diffusers' scheduler and the equation of Flow-GRPO, by the cases of {@code
 * src/test/python/make_flow_cases.py}.
 */
public class FlowProcessTest {
    private static final Path CASES = Path.of("src/test/resources/flow/cases.json");

    private static FlowProcess stableDiffusion3() {
        return new FlowProcess(new FlowConfig(1000, Spacing.TO_LEAST_TRAINED, 3, Optional.empty()), 8, 8);
    }

    @DataProvider
    public Object[][] cases() throws IOException {
        List<Object[]> cases = new ArrayList<>();
        for (JsonNode each : new ObjectMapper().readTree(CASES.toFile())) {
            cases.add(new Object[] {each});
        }
        return cases.toArray(Object[][]::new);
    }

    private static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }

    private static FlowConfig read(String json, Spacing spacing) throws IOException {
        Path file = Files.createTempFile("scheduler", ".json");
        try {
            Files.writeString(file, json);
            ModelConfig config = ModelConfig.read(file);
            FlowConfig result = FlowConfig.read(config, spacing);
            config.finish();
            return result;
        } finally {
            Files.delete(file);
        }
    }

    @Test(dataProvider = "cases")
    public void levelsAndStepsAreTheLibrarys(JsonNode c) throws IOException {
        Spacing spacing = c.get("pipeline").asText().equals("flux") ? Spacing.BY_STEPS : Spacing.TO_LEAST_TRAINED;
        int size = c.get("size").asInt();
        int steps = c.get("steps").asInt();
        FlowProcess process = new FlowProcess(read(c.get("config").toString(), spacing), size, size);
        // Theirs are computed in single precision.
        assertThat(process.levels(steps)).containsExactly(numbers(c.get("sigmas")), within(1e-6));
        float[] timesteps = process.trajectory(steps, 0).timesteps();
        assertThat(timesteps).containsExactly(floats(c.get("timesteps")), within(1e-3f));
        for (JsonNode taken : c.get("taken")) {
            int step = taken.get("step").asInt();
            float[] latent = floats(taken.get("latent"));
            float[] velocity = floats(taken.get("velocity"));
            assertThat(mean(process.trajectory(steps, 0).coefficients()[step], latent, velocity))
                    .containsExactly(floats(taken.get("next")), within(1e-6f));
            for (JsonNode noisy : taken.get("noisy")) {
                float[] row =
                        process.trajectory(steps, noisy.get("eta").asDouble()).coefficients()[step];
                assertThat(mean(row, latent, velocity))
                        .as("mean at step %s, eta %s", step, noisy.get("eta"))
                        .containsExactly(floats(noisy.get("mean")), within(2e-5f));
                assertThat((double) row[2]).isCloseTo(noisy.get("deviation").asDouble(), within(1e-5));
            }
        }
    }

    /** Numbers that Flow-GRPO's own function gave. */
    @Test
    public void noisyStepsAreFlowGrpos() {
        float[] latent = {0.5f, -1};
        float[] velocity = {0.3f, 2};
        float[][] rows = stableDiffusion3().trajectory(10, 0.7).coefficients();
        assertThat(mean(rows[0], latent, velocity))
                .containsExactly(new float[] {0.36553884f, -0.83474141f}, within(1e-6f));
        assertThat(rows[0][2]).isCloseTo(0.69999993f, within(1e-6f));
        assertThat(mean(rows[4], latent, velocity))
                .containsExactly(new float[] {0.4204118f, -1.1097852f}, within(1e-6f));
        assertThat(rows[4][2]).isCloseTo(0.39179420f, within(1e-6f));
        assertThat(mean(rows[9], latent, velocity))
                .containsExactly(new float[] {0.49556157f, -1.0200249f}, within(1e-6f));
        assertThat(rows[9][2]).isCloseTo(0.00627809f, within(1e-6f));
    }

    private static float[] mean(float[] row, float[] latent, float[] velocity) {
        float[] mean = new float[latent.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = row[0] * latent[i] + row[1] * velocity[i];
        }
        return mean;
    }

    @Test
    public void allStepsHaveNoiseOrNone() {
        Trajectory noisy = stableDiffusion3().trajectory(4, 0.7);
        assertThat(noisy.stochasticSteps()).containsExactly(0, 1, 2, 3);
        assertThat(stableDiffusion3().trajectory(4, 0).stochasticSteps()).isEmpty();
        assertThat(noisy.timesteps()[0]).isEqualTo(1000);
        assertThat(stableDiffusion3().trajectory(1, 1).coefficients()[0]).containsExactly(0.5f, -1, 1, 1);
    }

    record Feeds(HostTensor clean, HostTensor noise, HostTensor forward, HostTensor coefficients) {}

    record Fetches(HostTensor noisy, HostTensor target, HostTensor signalToNoise, HostTensor clean, HostTensor next) {}

    /** With the true velocity the clean latent is found again, at any level and by the last step. */
    @Test
    public void theTrueVelocityLeadsBack() {
        FlowProcess process = stableDiffusion3();
        Trajectory path = process.trajectory(3, 0);
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> clean = graph.floatInput("clean", 2, 1, 1, 2);
            Operand<TFloat32> noise = graph.floatInput("noise", 2, 1, 1, 2);
            Operand<TFloat32> forward = graph.floatInput("forward", 2, process.forwardCoefficientCount());
            Operand<TFloat32> rows = graph.floatInput("rows", 2, process.coefficientCount());
            Forward noised = process.diffuse(graph.scope(), clean, noise, forward);
            Transition step = process.transition(graph.scope(), noised.noisy(), noised.target(), rows);
            Program<Feeds, Fetches> program = Program.define("flow", Feeds.class, Fetches.class)
                    .feed("clean", clean)
                    .feed("noise", noise)
                    .feed("forward", forward)
                    .feed("coefficients", rows)
                    .fetch("noisy", noised.noisy())
                    .fetch("target", noised.target())
                    .fetch("signalToNoise", noised.signalToNoise())
                    .fetch("clean", process.clean(graph.scope(), noised.noisy(), noised.target(), forward))
                    .fetch("next", step.mean())
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                float[] latents = {1, -2, 3, 0.5f};
                float last = path.timesteps()[2];
                Fetches f = program.run(
                        session,
                        new Feeds(
                                HostTensor.of(latents, 2, 1, 1, 2),
                                HostTensor.of(new float[] {0.5f, 0, -1, 2}, 2, 1, 1, 2),
                                rows(process.forwardCoefficients(250), process.forwardCoefficients(last)),
                                rows(path.coefficients()[2], path.coefficients()[2])));
                assertThat(f.noisy().data()).startsWith(0.875f, -1.5f);
                assertThat(f.target().data()).containsExactly(-0.5f, 2, -4, 1.5f);
                assertThat(f.signalToNoise().data()[0]).isEqualTo(9);
                assertThat(f.clean().data()).containsExactly(latents, within(1e-6f));
                assertThat(f.next().data()[2]).isCloseTo(3, within(1e-5f));
                assertThat(f.next().data()[3]).isCloseTo(0.5f, within(1e-5f));
            }
        }
    }

    private static HostTensor rows(float[] first, float[] second) {
        float[] both = new float[2 * first.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, first.length);
        return HostTensor.of(both, 2, first.length);
    }

    @Test
    public void noTimestepIsWithoutNoise() {
        FlowProcess process = stableDiffusion3();
        assertThat(process.firstTrainTimestep()).isEqualTo(1);
        assertThat(process.forwardCoefficients(1)).startsWith(0.999f, 0.001f);
        assertThat(process.forwardCoefficients(0.25)).startsWith(0.99975f, 0.00025f);
        assertThat(process.forwardCoefficients(1000)).containsExactly(0, 1, 0);
        for (double outside : new double[] {0, 1000.5}) {
            assertThatThrownBy(() -> process.forwardCoefficients(outside))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("timestep must be above 0 and at most 1000 for this model, was " + outside);
        }
        assertThatThrownBy(() -> process.trajectory(1001, 0))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("steps must be at least 1 and at most the model's 1000");
    }

    /**
     * By the formula as it is computed the first would be 0.9999999999999998 with a shift of 0.3, and the signal 2e-16.
     */
    @Test
    public void theFirstLevelIsNoiseAlone() {
        for (double shift : new double[] {0.01, 0.3, 0.7, 1, 3, 100}) {
            for (Spacing spacing : Spacing.values()) {
                FlowProcess process = new FlowProcess(new FlowConfig(1000, spacing, shift, Optional.empty()), 8, 8);
                assertThat(process.levels(10)[0]).as("shift %s", shift).isEqualTo(1);
                float[] first = process.trajectory(10, 1).coefficients()[0];
                assertThat(first[2]).as("deviation with shift %s", shift).isCloseTo(1, within(1e-5f));
            }
        }
    }

    /** In single precision the first of these levels are all 1. */
    @Test
    public void levelsThatDoNotFallAreRefused() {
        for (double shift : new double[] {1e12, 1e300}) {
            FlowConfig steep = new FlowConfig(1000, Spacing.BY_STEPS, shift, Optional.empty());
            assertThatThrownBy(() -> new FlowProcess(steep, 8, 8).trajectory(4, 0.7))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("the model's scheduler cannot make 4 steps: noise must become less")
                    .hasMessageContaining("mend shift, base_shift or max_shift");
        }
    }

    @DataProvider
    public Object[][] refused() {
        return new Object[][] {
            {"{\"shift\": 0}", "shift: expected a number from 0.01 to 100.0, found 0"},
            {"{\"shift\": 1e300}", "shift: expected a number from 0.01 to 100.0, found 1"},
            {
                "{\"use_dynamic_shifting\": true, \"base_shift\": -6}",
                "base_shift: expected a number from -5.0 to 5.0, found -6"
            },
            {
                "{\"use_dynamic_shifting\": true, \"max_shift\": 1000}",
                "max_shift: expected a number from -5.0 to 5.0, found 1000"
            },
            {"{\"use_karras_sigmas\": true}", "use_karras_sigmas: true is not supported"},
            {"{\"shift_terminal\": 0.02}", "shift_terminal: 0.02 is not supported"},
            {"{\"time_shift_type\": \"linear\"}", "time_shift_type: \"linear\" is not supported"},
            {
                "{\"use_dynamic_shifting\": true, \"max_image_seq_len\": 256}",
                "max_image_seq_len: expected more than base_image_seq_len, 256, found 256"
            },
        };
    }

    @Test(dataProvider = "refused")
    public void whatGivesOtherLevelsIsRefused(String json, String message) {
        assertThatThrownBy(() -> read(json, Spacing.BY_STEPS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }
}
