package org.tempera.runtime;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.Stage;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.MonotonicClock;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.train.Evaluator;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.Trainer;
import org.tempera.core.train.TrainingSpec;
import org.tempera.graph.StopSignal;
import org.tempera.record.metrics.MetricSink;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.policy.DiffusionPolicy;

/**
 * Binds a run's finished plugin objects and what the framework makes of them. For embedders who have an injector of
 * their own; others use {@link Tempera} and never see it.
 *
 * <p>It leaves the rules of the injector that it is installed in as they are. A {@link Trainer} owns native memory:
 * each injection gives a new one, which its receiver closes.
 */
public final class TrainingModule extends AbstractModule {
    private final TrainingParts parts;

    /** A module of these parts, which stay the caller's to close. */
    public TrainingModule(TrainingParts parts) {
        this.parts = parts;
    }

    /** An injector with every strictness that Guice has. */
    static Injector injector(Module... modules) {
        List<Module> all = new ArrayList<>(List.of(modules));
        all.add(new Strictness());
        return Guice.createInjector(Stage.PRODUCTION, all);
    }

    /** Holds for a whole injector, so it is no part of the module that embedders install in theirs. */
    private static final class Strictness extends AbstractModule {
        @Override
        protected void configure() {
            binder().requireExplicitBindings();
            binder().disableCircularProxies();
            binder().requireExactBindingAnnotations();
            binder().requireAtInjectOnConstructors();
        }
    }

    @Override
    protected void configure() {
        bind(RunConfig.class).toInstance(parts.config());
        bind(DiffusionPolicy.class).toInstance(parts.policy());
        bind(Algorithm.class).toInstance(parts.algorithm());
        OptionalBinder<Critic> critic = OptionalBinder.newOptionalBinder(binder(), Critic.class);
        parts.critic().ifPresent(c -> critic.setBinding().toInstance(c));
        MapBinder<String, NamedReward> rewards = MapBinder.newMapBinder(binder(), String.class, NamedReward.class);
        parts.rewards().forEach(r -> rewards.addBinding(r.name()).toInstance(r));
        // Who follows a run, who starts its other workers, what ends the waiting for them, what measures it and which
        // clock it has are the embedder's matter (Tempera.with).
        Multibinder.newSetBinder(binder(), RunListener.class);
        Multibinder.newSetBinder(binder(), MetricSink.class);
        OptionalBinder.newOptionalBinder(binder(), StopSignal.class)
                .setDefault()
                .toInstance(new StopSignal());
        OptionalBinder.newOptionalBinder(binder(), OtherWorkers.class)
                .setDefault()
                .toInstance(OtherWorkers.BY_THEMSELVES);
        OptionalBinder.newOptionalBinder(binder(), Evaluator.class).setDefault().toInstance(Evaluator.standard());
        OptionalBinder.newOptionalBinder(binder(), InstantSource.class)
                .setDefault()
                .toInstance(new MonotonicClock());
    }

    /** The gold scorer is no binding of its own: nothing else can be given it. */
    @Provides
    @Singleton
    TrainingSpec spec(
            RunConfig config,
            DiffusionPolicy policy,
            Algorithm algorithm,
            Optional<Critic> critic,
            Map<String, NamedReward> rewards,
            Evaluator evaluator,
            InstantSource clock) {
        return new TrainingSpec(
                config.run(),
                config.sampling(),
                config.optimizer(),
                config.evaluation(),
                config.checkpoint(),
                config.combination(),
                config.behaviour(),
                config.reference(),
                policy,
                algorithm,
                critic,
                List.copyOf(rewards.values()),
                parts.gold(),
                parts.prompts(),
                parts.evaluationPrompts(),
                evaluator,
                clock,
                parts.choices());
    }

    @Provides
    Trainer trainer(TrainingSpec spec) {
        return new Trainer(spec);
    }
}
