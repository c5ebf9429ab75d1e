package org.tempera.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.core.reward.DiscreetReward;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.train.PromptFile;
import org.tempera.record.choice.Choices;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.Selection;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.spi.PluginProvider;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/**
 * The objects that the plugins of a config made, and the prompts. Owns the policy.
 *
 * @param critic empty where the config has none
 * @param rewards in the config's order
 * @param prompts to train on: those of the choices, where the algorithm learns from these
 * @param choices empty where the algorithm learns from what is drawn
 */
public record TrainingParts(
        RunConfig config,
        DiffusionPolicy policy,
        Algorithm algorithm,
        Optional<Critic> critic,
        List<NamedReward> rewards,
        Optional<Reward> gold,
        List<String> prompts,
        List<String> evaluationPrompts,
        Optional<Choices> choices)
        implements AutoCloseable {

    /**
     * Lets every chosen plugin make its object.
     *
     * @throws UserException with what each of them complains about
     */
    public static TrainingParts create(RunConfig config) {
        Attempts attempts = new Attempts();
        config.effective().requireSecrets("");
        var algorithm = attempts.make(() -> algorithm(config));
        boolean fromChoices = algorithm
                .flatMap(a -> attempts.make(() -> needs(config, a)))
                .map(needs -> needs.contains(Need.PAIRS))
                .orElse(false);
        var choices = fromChoices ? attempts.make(() -> choices(config)) : Optional.<Choices>empty();
        var prompts = fromChoices
                ? choices.map(Choices::prompts)
                : attempts.make(() -> PromptFile.read(config.sampling().prompts()));
        Optional<Path> other = config.evaluation().prompts();
        var evaluationPrompts = other.isPresent() ? attempts.make(() -> PromptFile.read(other.get())) : prompts;
        var critic = config.critic().flatMap(c -> attempts.make(() -> critic(c.provider(), c.config())));
        List<NamedReward> rewards = new ArrayList<>();
        for (RewardSelection r : config.rewards()) {
            attempts.make(() -> new NamedReward(
                            r.name(),
                            r.settings(),
                            reward(
                                    r.plugin().provider(),
                                    r.plugin().config(),
                                    config.effective().secrets())))
                    .ifPresent(rewards::add);
        }
        var gold = config.gold()
                .flatMap(g -> attempts.make(() -> DiscreetReward.of(
                        gold(g.provider(), g.config()), config.effective().secrets())));
        var policy = attempts.make(
                () -> policy(config.policy().provider(), config.policy().config()));
        try {
            attempts.throwIfAnyFailed();
        } catch (UserException e) {
            policy.ifPresent(DiffusionPolicy::close);
            throw e;
        }
        return new TrainingParts(
                config,
                policy.orElseThrow(),
                algorithm.orElseThrow(),
                critic,
                List.copyOf(rewards),
                gold,
                prompts.orElseThrow(),
                evaluationPrompts.orElseThrow(),
                choices);
    }

    /**
     * The prompts that a run is evaluated by.
     *
     * @throws UserException if the file that has them cannot be read
     */
    static List<String> evaluationPrompts(RunConfig config) {
        Optional<Path> own = config.evaluation().prompts();
        if (own.isEmpty() && needs(config).contains(Need.PAIRS)) {
            return choices(config).prompts();
        }
        return PromptFile.read(own.orElse(config.sampling().prompts()));
    }

    /** What a run's algorithm needs, before anything else of the run is made. */
    public static Set<Need> needs(RunConfig config) {
        return needs(config, algorithm(config));
    }

    /** Asks before the work of the run has begun, which has a guard. */
    private static Set<Need> needs(RunConfig config, Algorithm algorithm) {
        PluginGuard.Called called = called(PluginKind.ALGORITHM, config.algorithm());
        Set<Need> needs = PluginGuard.call(called.name() + " failed", called.type(), algorithm::needs);
        return PluginFault.requireGiven(called.name(), algorithm, "needs", needs);
    }

    private static Choices choices(RunConfig config) {
        return Choices.read(config.sampling().choices().orElseThrow(() -> new UserException(Choices.missing())));
    }

    @Override
    public void close() {
        policy.close();
    }

    static <C extends Record> DiffusionPolicy policy(PolicyProvider<C> provider, Record config) {
        return made(PluginKind.POLICY, provider, config, provider::open);
    }

    private static Algorithm algorithm(RunConfig config) {
        Selection<AlgorithmProvider<?>> chosen = config.algorithm();
        return config.wrapped().isPresent() && chosen.provider() instanceof AlgorithmWrapper<?> wrapper
                ? around(
                        wrapper,
                        chosen.config(),
                        algorithm(
                                config.wrapped().get().provider(),
                                config.wrapped().get().config()))
                : algorithm(chosen.provider(), chosen.config());
    }

    private static <C extends Record> Algorithm algorithm(AlgorithmProvider<C> provider, Record config) {
        return made(PluginKind.ALGORITHM, provider, config, provider::create);
    }

    private static <C extends Record> Algorithm around(AlgorithmWrapper<C> provider, Record config, Algorithm wrapped) {
        return made(PluginKind.ALGORITHM, provider, config, c -> provider.create(c, wrapped));
    }

    private static <C extends Record> Critic critic(CriticProvider<C> provider, Record config) {
        return made(PluginKind.CRITIC, provider, config, provider::create);
    }

    /** Makes a reward. @param secrets are in none of its failures */
    static <C extends Record> Reward reward(RewardProvider<C> provider, Record config, Secrets secrets) {
        return DiscreetReward.of(made(PluginKind.REWARD, provider, config, provider::create), secrets);
    }

    static <C extends Record> Reward gold(GoldProvider<C> provider, Record config) {
        return made(PluginKind.GOLD, provider, config, provider::create);
    }

    private static <C extends Record, T> T made(
            PluginKind kind, PluginProvider<C> provider, Record config, Function<C, T> maker) {
        return PluginGuard.make(
                "the " + kind.label() + " plugin '" + provider.name() + "'",
                provider,
                () -> maker.apply(provider.configType().cast(config)));
    }

    /** Stands around the work of the run: whatever is done with the parts calls plugins. */
    PluginGuard guard() {
        List<PluginGuard.Called> called = new ArrayList<>();
        called.add(called(PluginKind.POLICY, config.policy()));
        called.add(called(PluginKind.ALGORITHM, config.algorithm()));
        config.wrapped().ifPresent(a -> called.add(called(PluginKind.ALGORITHM, a)));
        config.critic().ifPresent(c -> called.add(called(PluginKind.CRITIC, c)));
        config.rewards().forEach(r -> called.add(called(PluginKind.REWARD, r.plugin())));
        config.gold().ifPresent(g -> called.add(called(PluginKind.GOLD, g)));
        return new PluginGuard(called);
    }

    static PluginGuard.Called called(PluginKind kind, Selection<?> chosen) {
        return new PluginGuard.Called(
                "the " + kind.label() + " plugin '" + chosen.name() + "'",
                chosen.provider().getClass());
    }

    /** Goes on after a complaint, so that all are heard. */
    private static final class Attempts {
        private final List<UserException> failures = new ArrayList<>();

        <T> Optional<T> make(Supplier<T> maker) {
            try {
                return Optional.of(maker.get());
            } catch (UserException e) {
                failures.add(e);
                return Optional.empty();
            }
        }

        void throwIfAnyFailed() {
            if (failures.size() == 1) {
                throw failures.get(0);
            }
            if (!failures.isEmpty()) {
                StringBuilder all = new StringBuilder(failures.size() + " problems:");
                failures.forEach(f -> all.append("\n  - ")
                        .append(String.valueOf(f.getMessage()).replace("\n", "\n    ")));
                UserException together = new UserException(all.toString());
                failures.forEach(together::addSuppressed);
                throw together;
            }
        }
    }
}
