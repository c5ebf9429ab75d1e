package org.tempera.runtime.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.FormerKey;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.DecayKind;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Providers that configure like real ones and create nothing, and class loaders that see chosen ones. */
public final class TestPlugins {
    private TestPlugins() {}

    /** A loader that sees a policy, two algorithms, a critic, two rewards and a gold scorer. */
    public static ClassLoader all(Path folder) throws IOException {
        service(folder, PolicyProvider.class, Toy.class);
        service(folder, AlgorithmProvider.class, Ddpo.class, TdpoR.class);
        service(folder, CriticProvider.class, Mlp.class);
        service(folder, RewardProvider.class, Brightness.class, Sharpness.class);
        service(folder, GoldProvider.class, Truth.class);
        return loader(folder);
    }

    public static ClassLoader loader(Path... folders) throws IOException {
        URL[] urls = new URL[folders.length];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = folders[i].toUri().toURL();
        }
        // A test's loader may stay open: it holds folders, not jars.
        return new URLClassLoader(urls, TestPlugins.class.getClassLoader());
    }

    public static void service(Path folder, Class<?> service, Class<?>... providers) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(service.getName()),
                Arrays.stream(providers).map(Class::getName).toList());
    }

    /** A policy. */
    public static final class Toy implements PolicyProvider<Toy.Config> {
        /** Its keys. */
        public record Config(
                @Doc("Where the model lies.") Path weights,
                @Doc("Adapter.") Lora lora,
                @Doc("Sizes.") List<Integer> sizes,
                @Doc("Cache.") Optional<Path> cache) {}

        /** A nested record. */
        public record Lora(@Doc("Rank.") int rank, @Doc("Targets.") List<String> targets) {
            public Lora {
                Require.that(rank >= 1, "rank", "at least 1", rank);
            }
        }

        @Override
        public String name() {
            return "toy";
        }

        @Override
        public String description() {
            return "a policy for tests";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(
                    Path.of("models/toy"), new Lora(4, List.of("to_q", "to_v")), List.of(8, 16), Optional.empty());
        }

        @Override
        public DiffusionPolicy open(Config config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean reads(Path folder) {
            return false;
        }

        @Override
        public DiffusionPolicy openFolder(Path folder, Optional<AdapterFile> adapter) {
            throw new UnsupportedOperationException();
        }
    }

    /** Settings of both algorithms. */
    public record ClipConfig(@Doc("Clip range.") double clipRange, @Inline Batch batch) {
        public ClipConfig {
            Require.that(clipRange > 0, "clip-range", "greater than 0", clipRange);
        }
    }

    /** Keys that are inlined. */
    public record Batch(@Doc("Minibatch.") @FormerKey("update.rows") int batchSize) {
        public Batch {
            Require.that(batchSize >= 1, "batch-size", "at least 1", batchSize);
        }
    }

    /** An algorithm. */
    public static class Ddpo implements AlgorithmProvider<ClipConfig> {
        @Override
        public String name() {
            return "ddpo";
        }

        @Override
        public String description() {
            return "an algorithm for tests";
        }

        @Override
        public Class<ClipConfig> configType() {
            return ClipConfig.class;
        }

        @Override
        public ClipConfig defaults() {
            return new ClipConfig(1e-4, new Batch(4));
        }

        @Override
        public Algorithm create(ClipConfig config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double learningRateFactor() {
            return 3;
        }
    }

    /** Another algorithm. */
    public static final class TdpoR extends Ddpo {
        @Override
        public String name() {
            return "tdpo-r";
        }

        @Override
        public double learningRateFactor() {
            return 1;
        }

        @Override
        public BehaviourSettings behaviour() {
            return new BehaviourSettings(
                    true, false, new FollowSettings(DecayKind.LINEAR, 0.5, 0.001, 0, 1, FollowUnit.EPOCHS));
        }
    }

    /** A critic. */
    public static final class Mlp implements CriticProvider<Mlp.Config> {
        /** How neurons are counted. */
        public enum Mode {
            ACTIVE,
            ALL_NEURONS
        }

        /** Its keys. */
        public record Config(
                @Doc("Widths.") List<Integer> widths, @Doc("Mode.") Mode mode, @Doc("Scale.") float scale) {}

        @Override
        public String name() {
            return "mlp";
        }

        @Override
        public String description() {
            return "a critic for tests";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(List.of(32), Mode.ACTIVE, 0.1f);
        }

        @Override
        public Critic create(Config config) {
            throw new UnsupportedOperationException();
        }
    }

    /** A reward. */
    public static class Brightness implements RewardProvider<Brightness.Config> {
        /** Its keys. */
        public record Config(@Doc("Scale.") float scale, @Doc("Of each prompt.") Map<String, Double> bonus) {
            public Config {
                Require.that(scale > 0, "scale", "greater than 0", scale);
            }
        }

        @Override
        public String name() {
            return "brightness";
        }

        @Override
        public String description() {
            return "rewards bright images";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(1, Map.of());
        }

        @Override
        public Reward create(Config config) {
            throw new UnsupportedOperationException();
        }
    }

    /** Another reward. */
    public static final class Sharpness extends Brightness {
        @Override
        public String name() {
            return "sharpness";
        }
    }

    /** A gold scorer. */
    public static final class Truth implements GoldProvider<Truth.Config> {
        /** Its keys. */
        public record Config(@Doc("Strict.") boolean strict) {}

        @Override
        public String name() {
            return "truth";
        }

        @Override
        public String description() {
            return "knows";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(true);
        }

        @Override
        public Reward create(Config config) {
            throw new UnsupportedOperationException();
        }
    }
}
