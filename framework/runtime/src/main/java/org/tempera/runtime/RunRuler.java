package org.tempera.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.base.files.FileHashes;
import org.tempera.base.json.PlainJson;
import org.tempera.core.config.BallSettings;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.HeldOutWeights;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.SteepnessSettings;
import org.tempera.core.config.StochasticSteps;
import org.tempera.core.plugin.PluginProvenance;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.train.Evaluator;
import org.tempera.record.verdict.Independence;
import org.tempera.record.verdict.Ruler;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.MeasuringKeys;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.Selection;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Guidance;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.reward.Reward;

/**
 * Makes the ruler of a run. What its networks multiply with is a part of it. Threads and batch sizes are left out: they
 * change the last bits of a score, far below what its intervals tell apart, and a run must be able to go on with
 * another machine's.
 */
public final class RunRuler {
    /** The key of the part that stands for the prompts of the evaluations, whichever key names their file. */
    static final String PROMPTS = "evaluation.prompts";

    /** The key of the rule by which rewards are combined. */
    static final String RULE = "combination.rule";

    private static final String WEIGHT = ".weight";
    private static final String NORMALISE = ".normalise";

    private final RunConfig config;
    private final Ruler.Builder ruler = new Ruler.Builder();

    private RunRuler(RunConfig config) {
        this.config = config;
    }

    /**
     * What the configuration says by itself, without what lies in files. The policy, which is not opened, is taken for
     * one of classifier-free guidance.
     */
    public static Ruler ofKeys(RunConfig config) {
        return ofKeys(config, Guidance.CLASSIFIER_FREE);
    }

    /** The same of a policy that is known to be steered so. */
    static Ruler ofKeys(RunConfig config, Guidance guidance) {
        return new RunRuler(config).keys(guidance).ruler.build();
    }

    /**
     * The whole ruler; reads every file once that was not hashed yet.
     *
     * @param evaluator measures with these parts
     * @throws org.tempera.spi.UserException if a file cannot be read
     */
    public static Ruler of(TrainingParts parts, Evaluator evaluator) {
        RunRuler all =
                new RunRuler(parts.config()).keys(parts.policy().guidance()).contents(parts);
        return all.ruler.putAll(Ruler.DRAWING, evaluator.ruler()).build();
    }

    /** Which steps of an evaluation's samples add noise, such as {@code 2 to 4}; empty where all do. */
    static Optional<String> noisySteps(StochasticSteps noisy, int steps) {
        if (noisy.moves()) {
            return Optional.of("none");
        }
        return noisy.areAll(steps) ? Optional.empty() : Optional.of(noisy.of(steps));
    }

    static void addNoisySteps(Ruler.Builder ruler, StochasticSteps noisy, int steps) {
        noisySteps(noisy, steps).ifPresent(of -> ruler.put(Ruler.DRAWING, "sampling.stochastic-steps", of));
    }

    /** Adds what networks multiply with to what they draw or score; left out where it is what it always was. */
    static void addPrecision(Ruler.Builder ruler, String scope, Precision precision) {
        if (precision != Precision.FLOAT32) {
            ruler.put(scope, "run.precision", EffectiveConfig.hocon(precision));
        }
    }

    private RunRuler keys(Guidance guidance) {
        ruler.putAll(
                Ruler.DRAWING,
                MeasuringKeys.of("sampling", config.sampling().resolved(guidance))
                        .values());
        ruler.putAll(
                Ruler.DRAWING,
                MeasuringKeys.of("evaluation", config.evaluation()).values());
        // Left out where they are what they always were, so that what was measured before there were such keys stays
        // comparable.
        SamplingSettings sampling = config.sampling();
        addNoisySteps(ruler, sampling.stochasticSteps(), sampling.steps());
        addPrecision(ruler, Ruler.DRAWING, config.run().precision());
        if (config.behaviour().evaluated()) {
            addBehaviour(ruler);
        }
        ruler.put(Ruler.DRAWING, "policy.use", config.policy().name());
        ruler.putAll(Ruler.POLICY, keys("policy", config.policy()).values());
        combination();
        for (RewardSelection r : config.rewards()) {
            String block = "rewards." + r.name();
            for (String scope : scopes(r.name(), r.settings().role())) {
                keys(ruler, scope, r);
                addPrecision(ruler, scope, config.run().precision());
            }
            ruler.put(
                    Ruler.ROLES,
                    block + ".role",
                    EffectiveConfig.hocon(r.settings().role()));
        }
        config.gold().ifPresent(g -> ruler.put(Ruler.GOLD, "gold.use", g.name())
                .putAll(Ruler.GOLD, keys("gold", g).values()));
        config.gold()
                .ifPresent(g -> addPrecision(ruler, Ruler.GOLD, config.run().precision()));
        boolean weighed = config.evaluation().heldOutWeights() != HeldOutWeights.EQUAL;
        if (weighed) {
            ruler.put(
                    Ruler.HELD_OUT_SCORE,
                    Independence.WEIGHTS,
                    EffectiveConfig.hocon(config.evaluation().heldOutWeights()));
        }
        for (RewardSelection r : config.rewards()) {
            List<String> shared = r.settings().sharesDataWith();
            if (!shared.isEmpty()) {
                // Where all weigh the same it is a note, and changes no score.
                ruler.put(
                        weighed ? Ruler.HELD_OUT_SCORE : Ruler.SHARED_DATA,
                        Independence.sharesKey(r.name()),
                        String.join(", ", shared));
            }
        }
        SteepnessSettings steepness = config.evaluation().steepness();
        if (!steepness.isNone()) {
            ruler.put(Ruler.STEEPNESS, "evaluation.steepness.radius", Double.toString(steepness.radius()));
        }
        return this;
    }

    /** The keys of a reward, whatever its role. */
    private static void keys(Ruler.Builder ruler, String scope, RewardSelection r) {
        String block = "rewards." + r.name();
        ruler.put(scope, block + ".use", r.plugin().name())
                .putAll(scope, MeasuringKeys.of(block, r.plugin().resolved()).values());
        BallSettings ball = r.settings().ball();
        if (!ball.isNone()) {
            ruler.put(scope, block + ".ball.radius", Double.toString(ball.radius()))
                    .put(scope, block + ".ball.score", EffectiveConfig.hocon(ball.score()));
        }
    }

    /**
     * Adds all that a reward's own score depends on, whatever its role.
     *
     * @param made what its plugin made
     * @param precision that it is computed in
     */
    static void addReward(Ruler.Builder ruler, RewardSelection r, Reward made, Precision precision) {
        String block = "rewards." + r.name();
        addPrecision(ruler, Ruler.reward(r.name()), precision);
        keys(ruler, Ruler.reward(r.name()), r);
        contents(ruler, Ruler.reward(r.name()), block, block, r.plugin(), made);
    }

    /**
     * Says that the copy that follows the policy is what is measured: other weights, as another scale of an adapter is.
     */
    static void addBehaviour(Ruler.Builder ruler) {
        ruler.put(Ruler.POLICY, "behaviour.evaluated", "true");
    }

    /** Adds all that the gold score depends on. @param made what its plugin made */
    static void addGold(Ruler.Builder ruler, Selection<?> gold, Reward made, Precision precision) {
        addPrecision(ruler, Ruler.GOLD, precision);
        ruler.put(Ruler.GOLD, "gold.use", gold.name())
                .putAll(Ruler.GOLD, keys("gold", gold).values());
        contents(ruler, Ruler.GOLD, "gold", "gold." + gold.name(), gold, made);
    }

    /**
     * Adds the policy's keys, and the files that it was opened from.
     *
     * @param provenance file to SHA-256, as the policy says
     */
    static void addPolicy(Ruler.Builder ruler, Selection<?> policy, Map<String, String> provenance) {
        MeasuringKeys keys = keys("policy", policy);
        ruler.put(Ruler.DRAWING, "policy.use", policy.name())
                .putAll(Ruler.POLICY, keys.values())
                .putAll(Ruler.DRAWING, MeasuringFiles.of("policy", keys.paths(), provenance));
    }

    private static MeasuringKeys keys(String kind, Selection<?> plugin) {
        return MeasuringKeys.of(kind + "." + plugin.name(), plugin.resolved());
    }

    /** The scopes that a reward's parts belong to. */
    private static List<String> scopes(String name, RewardRole role) {
        return role == RewardRole.TRAIN ? List.of(Ruler.reward(name), Ruler.TRAINING) : List.of(Ruler.reward(name));
    }

    /**
     * Whether a part is there, or not, for the rewards are combined by another rule, which has a part of its own.
     * Nobody gave or took its key.
     */
    static boolean followsTheRule(Ruler.Difference d) {
        return (d.before().isEmpty() || d.now().isEmpty())
                && d.key().startsWith("rewards.")
                && (d.key().endsWith(WEIGHT) || d.key().endsWith(NORMALISE));
    }

    /** The combination's keys, as far as they change the training reward. */
    private void combination() {
        CombinationSettings c = config.combination();
        MeasuringKeys.of("combination", c).values().forEach((key, value) -> {
            if (!key.equals("combination.k") || c.rule() == CombinationRule.MEAN_MINUS_K_STD) {
                ruler.put(Ruler.TRAINING, key, value);
            }
        });
        for (RewardSelection r : config.rewards()) {
            RewardSettings s = r.settings();
            String block = "rewards." + r.name();
            if (s.role() == RewardRole.TRAIN && isWeighed(c.rule())) {
                ruler.put(Ruler.TRAINING, block + WEIGHT, Double.toString(s.weight()));
            }
            if (s.role() == RewardRole.TRAIN && !c.rule().standardises()) {
                ruler.put(Ruler.TRAINING, block + NORMALISE, Boolean.toString(s.normalise()));
            }
        }
    }

    /** Whether weights change the training reward: a mean of one reward is that reward. */
    private boolean isWeighed(CombinationRule rule) {
        return switch (rule) {
            case WEIGHTED_SUM, NORMALISED_SUM -> true;
            case MEAN_MINUS_K_STD ->
                config.rewards().stream()
                                .filter(r -> r.settings().role() == RewardRole.TRAIN)
                                .count()
                        > 1;
            case MIN -> false;
        };
    }

    private RunRuler contents(TrainingParts parts) {
        PolicyShape shape = parts.policy().shape();
        ruler.put(Ruler.DRAWING, "picture's size", shape.imageWidth() + " x " + shape.imageHeight());
        List<String> prompts = parts.evaluationPrompts();
        ruler.put(
                Ruler.DRAWING,
                PROMPTS,
                ofPrompts(IntStream.range(0, config.evaluation().samples())
                        .mapToObj(i -> prompts.get(i % prompts.size()))
                        .toList()));
        ruler.putAll(
                Ruler.DRAWING,
                MeasuringFiles.of(
                        "policy",
                        keys("policy", config.policy()).paths(),
                        PluginProvenance.of("the policy", parts.policy(), parts.policy()::provenance)));
        for (NamedReward r : parts.rewards()) {
            RewardSelection selection = config.rewards().stream()
                    .filter(s -> s.name().equals(r.name()))
                    .findFirst()
                    .orElseThrow();
            for (String scope : scopes(r.name(), r.settings().role())) {
                contents(ruler, scope, "rewards." + r.name(), "rewards." + r.name(), selection.plugin(), r.reward());
            }
        }
        parts.gold().ifPresent(gold -> config.gold()
                .ifPresent(g -> contents(ruler, Ruler.GOLD, "gold", "gold." + g.name(), g, gold)));
        return this;
    }

    /** The part of the prompts that are drawn, whatever file they stand in: those that repeat are counted once. */
    static String ofPrompts(List<String> drawn) {
        int period = 1;
        while (!isRepeated(drawn, period)) {
            period++;
        }
        return Ruler.hash(FileHashes.sha256(PlainJson.line(drawn.subList(0, period))));
    }

    private static boolean isRepeated(List<String> drawn, int period) {
        for (int i = period; i < drawn.size(); i++) {
            if (!drawn.get(i).equals(drawn.get(i - period))) {
                return false;
            }
        }
        return true;
    }

    private static void contents(
            Ruler.Builder ruler, String scope, String name, String block, Selection<?> plugin, Reward reward) {
        ruler.putAll(
                scope,
                MeasuringFiles.of(
                        name,
                        MeasuringKeys.of(block, plugin.resolved()).paths(),
                        PluginProvenance.of(name, reward, reward::provenance)));
        Optional<String> preprocessing = reward.preprocessing();
        preprocessing.ifPresent(how -> ruler.put(scope, name + ": preprocessing", how));
    }
}
