package org.tempera.algorithms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.algorithms.dpok.DpokConfig;
import org.tempera.algorithms.kl.Disagreement;
import org.tempera.algorithms.kl.KlConfig;
import org.tempera.algorithms.kl.KlGateConfig;
import org.tempera.algorithms.kl.KlPenalty;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.core.checkpoint.NamedTensor;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.train.Trainer;
import org.tempera.core.train.TrainingSpec;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.DecayKind;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.reward.GraphReward;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Every regulariser of every algorithm moves the weights: under a constant reward, from weights away from the
 * reference, they go towards it. A term that has lost its gradient is in the loss and in the log, and does nothing.
 */
public class RegularisersMoveWeightsTest {
    private static final int EPOCHS = 8;

    /** Keys that speak of the reference, or of a divergence, and hold nobody by themselves. */
    private static final Map<String, String> NO_TERM = Map.of(
            "diffusion-dpo.beta", "a factor within the preference, without which there is no term",
            "d3po.beta", "the same",
            "d3po.clip-range", "a bound of the preference",
            "grpo.trust-region.radius", "of the policy that drew, not of the reference");

    /** Keys that are an algorithm's own: the config in which a term of the loss has a factor. */
    private static final Map<String, BiFunction<Record, Double, Record>> OWN = Map.of(
            "nft.distance-loss", RegularisersMoveWeightsTest::distant,
            "rwr.distance-loss", RegularisersMoveWeightsTest::distant,
            "draft.distance-loss", RegularisersMoveWeightsTest::distant,
            "dpok.divergence",
                    (config, factor) -> with(
                            with(config, "divergence", DpokConfig.Divergence.PREDICTION),
                            "regulariser",
                            new RegulariserConfig(factor)));

    /**
     * Keys beside which a loss has another gradient under a constant reward, too: RWR fits the policy to what it draws.
     * Their factor is one that outweighs it, and how the gradient grows with it is not asked.
     */
    private static final Set<String> BESIDE_OTHERS = Set.of("rwr.distance-loss");

    private static final Pattern SPEAKS = Pattern.compile("the reference\\b|\\bKL\\b|divergence");

    private static final Map<String, Function<Double, RegulariserConfig>> SHARED = Map.of(
            "kl-loss", RegulariserConfig::new,
            "kl.coefficient",
                    c -> new RegulariserConfig(
                            new KlConfig(10 * c, KlPenalty.KL, 1, Optional.empty(), 2000), 0, KlGateConfig.none()),
            "kl-gate.against",
                    c -> new RegulariserConfig(
                            KlConfig.defaults(),
                            c,
                            new KlGateConfig(List.of("other"), Disagreement.TRAINING_HIGHER, 0.2, 0.2, 0.2)));

    @SuppressWarnings("unchecked") // a provider's config is of its own type
    private static List<AlgorithmProvider<Record>> providers() {
        List<AlgorithmProvider<Record>> all = new ArrayList<>();
        ServiceLoader.load(AlgorithmProvider.class).forEach(p -> {
            if (!(p instanceof AlgorithmWrapper<?>) && p.getClass().getName().startsWith("org.tempera.algorithms.")) {
                all.add((AlgorithmProvider<Record>) p);
            }
        });
        return all;
    }

    @DataProvider
    Object[][] regularisers() {
        List<Object[]> cases = new ArrayList<>();
        for (AlgorithmProvider<Record> p : providers()) {
            shared(p.configType())
                    .ifPresent(component -> SHARED.forEach((key, of) -> cases.add(new Object[] {
                        p.name() + "." + key,
                        p,
                        with(p.defaults(), component, RegulariserConfig.none()),
                        with(p.defaults(), component, of.apply(0.5)),
                        key.equals("kl.coefficient")
                                ? Optional.empty()
                                : Optional.of(with(p.defaults(), component, of.apply(1.0)))
                    })));
        }
        OWN.forEach((key, of) -> {
            AlgorithmProvider<Record> p = providers().stream()
                    .filter(each -> key.startsWith(each.name() + "."))
                    .findFirst()
                    .orElseThrow();
            cases.add(new Object[] {
                key,
                p,
                of.apply(p.defaults(), 0.0),
                of.apply(p.defaults(), BESIDE_OTHERS.contains(key) ? 50 : 0.5),
                BESIDE_OTHERS.contains(key) ? Optional.empty() : Optional.of(of.apply(p.defaults(), 1.0))
            });
        });
        return cases.toArray(new Object[0][]);
    }

    @Test(dataProvider = "regularisers")
    public void theWeightsGoTowardsTheReference(
            String key, AlgorithmProvider<Record> provider, Record off, Record on, Optional<Record> twice) {
        try (Trainer without = trainer(provider, off, 0.02);
                Trainer with = trainer(provider, on, 0.02)) {
            double before = distance(without);
            assertThat(distance(with)).isEqualTo(before).isGreaterThan(0.1);
            without.trainEpoch();
            assertThat(distance(without)).as("the reward is constant").isEqualTo(before);
            with.trainEpoch();
            assertThat(distance(with)).isNotEqualTo(before);
            for (int i = 1; i < EPOCHS; i++) {
                with.trainEpoch();
            }
            assertThat(distance(with)).isLessThan(0.95 * before);
        }
        twice.ifPresent(more -> {
            try (Trainer once = trainer(provider, on, 1e-9);
                    Trainer again = trainer(provider, more, 1e-9)) {
                double norm = norm(once);
                assertThat(norm).isPositive();
                assertThat(norm(again)).as("it is the regulariser's gradient").isCloseTo(2 * norm, offset(1e-3 * norm));
            }
        });
    }

    @Test
    public void everyKeyThatSpeaksOfTheReferenceIsTried() {
        List<String> unknown = new ArrayList<>();
        for (AlgorithmProvider<Record> p : providers()) {
            keys(p.name(), p.configType(), unknown);
        }
        assertThat(unknown)
                .as("keys that speak of the reference or of a divergence want a case in OWN or a reason in NO_TERM")
                .isEmpty();
    }

    /** Of RegulariserConfig the keys are tried whoever inlines it. */
    private static void keys(String block, Class<?> type, List<String> unknown) {
        for (RecordComponent c : type.getRecordComponents()) {
            if (c.getType() == RegulariserConfig.class) {
                continue;
            }
            boolean inlined = c.isAnnotationPresent(Inline.class);
            String key = inlined ? block : block + "." + kebab(c.getName());
            if (c.getType().isRecord()) {
                keys(key, c.getType(), unknown);
            } else if (SPEAKS.matcher(c.getAnnotation(Doc.class).value()).find()
                    && !OWN.containsKey(key)
                    && !NO_TERM.containsKey(key)) {
                unknown.add(key);
            }
        }
    }

    private static Record distant(Record config, double factor) {
        return with(config, "distance", new DistanceConfig(factor));
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Optional<String> shared(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .filter(c -> c.getType() == RegulariserConfig.class)
                .map(RecordComponent::getName)
                .findFirst();
    }

    private static Record with(Record config, String component, Object value) {
        try {
            RecordComponent[] components = config.getClass().getRecordComponents();
            Object[] values = new Object[components.length];
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < values.length; i++) {
                types[i] = components[i].getType();
                values[i] = components[i].getName().equals(component)
                        ? value
                        : components[i].getAccessor().invoke(config);
            }
            Constructor<? extends Record> constructor = config.getClass().getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** The reference that moves begins as the policy, from which nothing then pulls it away. */
    @Test
    public void aReferenceThatMovesHoldsThePolicyWhereItIs() {
        AlgorithmProvider<Record> ddpo = provider("ddpo");
        Record held = with(ddpo.defaults(), "regulariser", new RegulariserConfig(0.5));
        ReferenceSettings moves =
                new ReferenceSettings(true, ReferenceSettings.defaults().follow());
        try (Trainer trainer = new Trainer(spec(ddpo, held, 0.02).with(ddpo.behaviour(), moves))) {
            double before = distance(trainer);
            trainer.trainEpoch();
            assertThat(distance(trainer)).isCloseTo(before, offset(1e-6));
        }
    }

    /** What is evaluated, a mean of the weights so far, goes where they go, and is behind them. */
    @Test
    public void theAverageFollowsTheWeights() {
        AlgorithmProvider<Record> ddpo = provider("ddpo");
        Record held = with(ddpo.defaults(), "regulariser", new RegulariserConfig(0.5));
        FollowSettings half = new FollowSettings(
                DecayKind.CONSTANT, 0.5, BehaviourSettings.defaults().follow().slope(), 0, 1, FollowUnit.EPOCHS);
        try (Trainer trainer = new Trainer(
                spec(ddpo, held, 0.02).with(new BehaviourSettings(false, true, half), ReferenceSettings.defaults()))) {
            double before = distance(trainer);
            trainer.trainEpoch();
            trainer.trainEpoch();
            assertThat(length(trainer, "behaviour/")).isLessThan(before).isGreaterThan(distance(trainer));
        }
    }

    private static AlgorithmProvider<Record> provider(String name) {
        return providers().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Trainer trainer(AlgorithmProvider<Record> provider, Record config, double rate) {
        return new Trainer(spec(provider, config, rate).with(provider.behaviour(), ReferenceSettings.defaults()));
    }

    private static TrainingSpec spec(AlgorithmProvider<Record> provider, Record config, double rate) {
        Algorithm algorithm = provider.create(config);
        GraphReward brightness = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        GraphReward constant = GraphReward.of((scope, in) ->
                scope.tf().math.mul(brightness.build(scope, in), scope.tf().constant(0f)));
        List<String> prompts = List.of("cat", "horse");
        return new TrainingSpec(
                new RunSettings(EPOCHS, 7, Path.of("unused"), 1, 1, 1),
                new SamplingSettings(Path.of("unused"), 8, 2, 4, 5, 1.0, 2.0, ""),
                new OptimizerSettings(rate, 3e-3, 0, 0.9, 0.999, 1e-8, 0, 1),
                new EvaluationSettings(0, Optional.empty(), 8, 3, 4),
                CheckpointSettings.defaults(),
                CombinationSettings.defaults(),
                new ToyPolicy().displaced(),
                algorithm,
                algorithm.needs().contains(Need.CRITIC)
                        ? Optional.of(new TemporalMlpProvider().create(TemporalMlpConfig.defaults()))
                        : Optional.empty(),
                List.of(
                        new NamedReward("constant", settings(RewardRole.TRAIN), constant),
                        new NamedReward("other", settings(RewardRole.LOGGED), brightness)),
                Optional.empty(),
                prompts,
                prompts);
    }

    private static RewardSettings settings(RewardRole role) {
        return new RewardSettings(role, 1, false, FailurePolicy.FAIL, 0);
    }

    private static double norm(Trainer trainer) {
        return trainer.trainEpoch().metrics().getOrDefault(MetricNames.GRADIENT_NORM, 0.0);
    }

    /** From the reference, whose weights are zero. */
    private static double distance(Trainer trainer) {
        return length(trainer, "");
    }

    /** Length of the trained weights, or of a copy of them. */
    private static double length(Trainer trainer, String copy) {
        List<NamedTensor> trained = trainer.checkpoint(OptionalDouble.empty()).tensors().stream()
                .filter(t -> t.name().equals(copy + "policy/mix") || t.name().equals(copy + "policy/shift"))
                .toList();
        assertThat(trained).as("the toy's trained weights").hasSize(2);
        double squares = 0;
        for (NamedTensor t : trained) {
            for (float x : t.values().data()) {
                squares += x * x;
            }
        }
        return Math.sqrt(squares);
    }
}
