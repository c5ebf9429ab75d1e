package org.tempera.core.rollout;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The programs of a sampler's step, one for each kind of step: with noise or without, and by what the critic is asked.
 */
final class StepPrograms {
    /** Name of the critic's features, among feeds and fetches. */
    static final String FEATURES = "features";

    /** Name of the step's noise among the feeds. */
    static final String NOISE = "noise";

    private final Map<Kind, Program<Feeds, Fetches>> programs = new HashMap<>();
    private final boolean critic;
    private final int featureInterval;

    /** What a step asks of the critic. */
    private enum Asked {
        /** Nothing. */
        NOTHING,
        /** Features, for later steps that share them. */
        FEATURES,
        /** Features and the value. */
        BOTH,
        /** The value, from features of an earlier step. */
        VALUE
    }

    private record Kind(boolean stochastic, Asked asked) {}

    /** What a critic gives a step, by name. */
    private record OfCritic(Map<String, Operand<TFloat32>> features, Map<String, Operand<TFloat32>> value) {}

    record Feeds(Map<String, HostTensor> step) {}

    /**
     * What a step gives.
     *
     * @param columns by name, the critic's value among them; those alone that this kind of step has
     * @param features under {@link #FEATURES} where they are computed
     */
    record Fetches(HostTensor next, Map<String, HostTensor> columns, Map<String, HostTensor> features) {}

    private StepPrograms(boolean critic, int featureInterval) {
        this.critic = critic;
        this.featureInterval = featureInterval;
    }

    /** Builds what the critic gives, and defines the programs. */
    static StepPrograms of(
            TrainingGraph graph,
            String name,
            StepInputs in,
            Operand<TFloat32> noise,
            SampledStepGraph sampled,
            Map<String, SampledStepGraph.Column> columns,
            Optional<CriticNetwork> critic) {
        StepPrograms programs = new StepPrograms(
                critic.isPresent(), critic.map(CriticNetwork::featureInterval).orElse(1));
        Map<String, Operand<TFloat32>> feeds = in.inputs();
        feeds.put(NOISE, noise);
        Map<Asked, OfCritic> ofCritic = new EnumMap<>(Asked.class);
        ofCritic.put(Asked.NOTHING, new OfCritic(Map.of(), Map.of()));
        critic.ifPresent(c -> ask(c, graph, name, in, sampled, feeds, ofCritic));
        Map<String, Operand<TFloat32>> ofNoise = new LinkedHashMap<>();
        Map<String, Operand<TFloat32>> ofAnyStep = new LinkedHashMap<>();
        columns.forEach((column, built) -> {
            ofNoise.put(column, built.values());
            if (!built.ofNoise()) {
                ofAnyStep.put(column, built.values());
            }
        });
        ofCritic.forEach((asked, gives) -> {
            Map<String, Operand<TFloat32>> fed = new LinkedHashMap<>(feeds);
            if (asked != Asked.VALUE) {
                fed.remove(FEATURES);
            }
            programs.programs.put(new Kind(true, asked), program(name, fed, sampled.next(), ofNoise, gives));
            fed.remove(NOISE);
            programs.programs.put(new Kind(false, asked), program(name, fed, sampled.mean(), ofAnyStep, gives));
        });
        return programs;
    }

    private static void ask(
            CriticNetwork critic,
            TrainingGraph graph,
            String name,
            StepInputs in,
            SampledStepGraph sampled,
            Map<String, Operand<TFloat32>> feeds,
            Map<Asked, OfCritic> ofCritic) {
        GraphScope scope = sampled.graph();
        if (critic.featureInterval() > 1) {
            Operand<TFloat32> features = graph.floatInput(name + "-features", in.batch(), critic.featureWidth());
            feeds.put(FEATURES, features);
            Operand<TFloat32> value =
                    critic.value(scope.child("critic-shared"), features, in.fractions(), Optional.empty());
            ofCritic.put(Asked.VALUE, new OfCritic(Map.of(), Map.of(Rollout.VALUE, value)));
        }
        GraphScope own = scope.child("critic");
        Operand<TFloat32> features =
                critic.features(own, new CriticNetwork.State(in.latents(), sampled.predictedClean(), in.fractions()));
        Operand<TFloat32> value = critic.value(own, features, in.fractions(), Optional.empty());
        ofCritic.put(Asked.FEATURES, new OfCritic(Map.of(FEATURES, features), Map.of()));
        ofCritic.put(Asked.BOTH, new OfCritic(Map.of(FEATURES, features), Map.of(Rollout.VALUE, value)));
    }

    private static Program<Feeds, Fetches> program(
            String name,
            Map<String, Operand<TFloat32>> feeds,
            Operand<TFloat32> next,
            Map<String, Operand<TFloat32>> columns,
            OfCritic critic) {
        Map<String, Operand<TFloat32>> fetched = new LinkedHashMap<>(columns);
        fetched.putAll(critic.value());
        return Program.define(name, Feeds.class, Fetches.class)
                .feedMap("step", feeds)
                .fetch("next", next)
                .fetchMap("columns", fetched)
                .fetchMap("features", critic.features())
                .build();
    }

    /**
     * Runs a step.
     *
     * @param feeds by name; more than this kind of step needs are passed over
     */
    Fetches run(TrainingSession session, Schedule schedule, int step, Map<String, HostTensor> feeds) {
        return program(kind(schedule, step)).run(session, new Feeds(feeds));
    }

    /** Floating-point operations of all steps of a schedule. */
    double operations(Schedule schedule) {
        return IntStream.range(0, schedule.length())
                .mapToObj(step -> kind(schedule, step))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .entrySet()
                .stream()
                .mapToDouble(e -> e.getValue() * program(e.getKey()).floatingPointOperations())
                .sum();
    }

    /** That of a step that has all. */
    Program<?, ?> fullest() {
        return program(new Kind(true, critic ? Asked.BOTH : Asked.NOTHING));
    }

    private Program<Feeds, Fetches> program(Kind kind) {
        return Objects.requireNonNull(programs.get(kind));
    }

    private Kind kind(Schedule schedule, int step) {
        return new Kind(schedule.isStochastic(step), critic ? asked(schedule, step) : Asked.NOTHING);
    }

    private Asked asked(Schedule schedule, int step) {
        boolean first = step % featureInterval == 0;
        if (schedule.isValued(step)) {
            return first ? Asked.BOTH : Asked.VALUE;
        }
        int end = Math.min(step + featureInterval, schedule.length());
        return first && IntStream.range(step, end).anyMatch(schedule::isValued) ? Asked.FEATURES : Asked.NOTHING;
    }
}
