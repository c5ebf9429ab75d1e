package org.tempera.runtime.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.text.Secrets;
import org.tempera.core.config.RewardRole;
import org.tempera.core.train.PromptFile;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.runtime.EvaluateOptions;
import org.tempera.runtime.TrainingParts;
import org.tempera.runtime.config.ChildConfig;
import org.tempera.runtime.config.ConfigLayer;
import org.tempera.runtime.config.ConfigProblems;
import org.tempera.runtime.config.ReadPaths;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.config.SweepConfig.Choice;
import org.tempera.runtime.config.SweepEvaluation;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Need;

/**
 * All runs that a sweep's file asks for: every combination of a choice of each axis with every seed, and the controls.
 * The first seed of all comes first, with its controls, so that what is there early compares everything.
 */
public record SweepPlan(SweepConfig config, List<SweepChild> children) {
    /** Name of the reward of random numbers, and of its plugin. */
    private static final String RANDOM = "random";

    /** How many runs are named that share a problem. */
    private static final int NAMED = 3;

    public SweepPlan {
        children = List.copyOf(children);
    }

    /**
     * Makes the plan and binds the configuration of every run, whatever part is asked for.
     *
     * @param secrets gets those of the configurations
     * @throws ConfigProblems with every problem of the sweep's file and of every run
     * @throws UserException if a file cannot be read or parsed
     */
    public static SweepPlan of(SweepConfig config, PluginCatalog catalog, Secrets secrets) {
        return new SweepPlan(config, new Maker(config, catalog, secrets).children());
    }

    /**
     * The names of all runs that a sweep's file asks for, in the order of the choices, those that differ in their seeds
     * only together; no configuration is bound for it.
     *
     * @throws UserException if they are far too many
     */
    public static Set<String> names(SweepConfig config) {
        Map<List<Object>, Set<String>> byChoices = new LinkedHashMap<>();
        Combination.of(config).forEach(c -> byChoices
                .computeIfAbsent(List.of(c.control(), c.choices()), k -> new LinkedHashSet<>())
                .add(c.name()));
        return byChoices.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The plan of a part. */
    public SweepPlan part(SweepPart part) {
        return new SweepPlan(config, part.among(children));
    }

    /** Makes the runs of one plan. */
    private static final class Maker {
        private final SweepConfig config;
        private final PluginCatalog catalog;
        private final Secrets secrets;
        private final List<SweepChild> children = new ArrayList<>();
        private final Map<String, Set<String>> problems = new LinkedHashMap<>();

        Maker(SweepConfig config, PluginCatalog catalog, Secrets secrets) {
            this.config = config;
            this.catalog = catalog;
            this.secrets = secrets;
        }

        List<SweepChild> children() {
            List<Combination> combinations = Combination.of(config);
            config.evaluation().ifPresent(this::requireFiles);
            combinations.forEach(this::add);
            throwIfAny();
            if (children.isEmpty()) {
                throw new ConfigProblems(List.of("sweep.skip: leaves out every combination. Leave some."));
            }
            requireDifferent();
            throwIfAny();
            Map<String, String> rewards = new HashMap<>();
            children.forEach(c -> rewards.put(c.name(), trainedOn(c.config().config())));
            SweepQuestions.require(config, run -> rewards.getOrDefault(run, ""));
            return children;
        }

        /** The rewards that are trained on, with their plugins. */
        private static String trainedOn(RunConfig run) {
            return run.rewards().stream()
                    .filter(r -> r.settings().role() == RewardRole.TRAIN)
                    .map(r -> r.name() + " by " + r.plugin().name())
                    .sorted()
                    .collect(Collectors.joining(", "));
        }

        private void add(Combination combination) {
            String name = combination.name();
            boolean control = combination.control();
            Map<String, String> choices = new LinkedHashMap<>();
            ConfigLayer layer = config.shared();
            for (Map.Entry<String, Choice> e : combination.choices().entrySet()) {
                choices.put(e.getKey(), e.getValue().name());
                layer = layer.under(e.getValue().layer());
            }
            try {
                ChildConfig child = bound(layer, control, name, combination.seed());
                secrets.addAll(child.config().effective().secrets());
                ChildKeys keys = ChildKeys.of(child.config(), config.evaluation());
                requireFiles(child.config(), keys, name);
                config.evaluation().ifPresent(e -> requireRewards(e, child.config(), name));
                if (control) {
                    requireNoGradient(child.config(), name);
                }
                if (child.config().run().cluster().isMany()) {
                    problem(
                            "run.cluster.workers: expected none, for a sweep trains each run by one process. Leave it"
                                    + " out, or train the runs one by one",
                            name);
                }
                children.add(new SweepChild(name, choices, control, child, keys));
            } catch (ConfigProblems e) {
                e.problems().forEach(problem -> problem(problem, name));
            }
        }

        /** Random numbers have none that an algorithm could follow. */
        private void requireNoGradient(RunConfig run, String name) {
            boolean random = run.rewards().stream()
                    .anyMatch(r -> r.name().equals(RANDOM) && r.plugin().name().equals(RANDOM));
            if (random && TrainingParts.needs(run).contains(Need.REWARD_GRADIENT)) {
                problem(
                        "sweep.control.skip: expected '" + run.algorithm().name()
                                + "' in it, which follows the gradient" + " of rewards, for random numbers have none",
                        name);
            }
        }

        /** What a run would look for in vain; what nobody has set is the plugin's business. */
        private void requireFiles(RunConfig run, ChildKeys keys, String name) {
            ReadPaths.of(run).forEach((key, path) -> {
                boolean set = !keys.defaults().contains(key.replaceFirst("\\[\\d+]$", ""));
                if (set && !path.toString().isEmpty() && Files.notExists(path)) {
                    problem(key + ": " + path + ": " + AbsentPath.reason(path, "no such file or folder"), name);
                }
            });
        }

        /** What each run would be told after it has trained. */
        private void requireRewards(SweepEvaluation evaluation, RunConfig run, String name) {
            List<String> there =
                    run.rewards().stream().map(RewardSelection::name).toList();
            evaluation.rewards().stream()
                    .filter(reward -> !there.contains(reward))
                    .forEach(reward -> problem(
                            "sweep.evaluate.rewards: expected names of the run's rewards (" + String.join(", ", there)
                                    + "), found '" + reward + "'",
                            name));
        }

        /** The prompts are read once, and here, for each run would fail after it has trained. */
        private void requireFiles(SweepEvaluation evaluation) {
            long prompts = evaluation.prompts().values().stream()
                    .mapToLong(file -> PromptFile.read(file).stream().distinct().count())
                    .sum();
            EvaluateOptions.requireCount("sweep.evaluate", prompts * evaluation.pictures(), evaluation.pictures());
            evaluation
                    .embeddings()
                    .filter(clip -> !ModelFiles.has(clip.resolve("config.json")))
                    .ifPresent(clip -> {
                        throw new UserException(
                                "sweep.evaluate.embeddings: " + clip + ": expected the folder of a CLIP model, "
                                        + (Files.isDirectory(clip)
                                                ? "found one without config.json"
                                                : AbsentPath.reason(clip, "found none"))
                                        + ".");
                    });
        }

        private ChildConfig bound(ConfigLayer choices, boolean control, String name, long seed) {
            Path file = config.settings().config();
            Map<String, Object> run = new LinkedHashMap<>();
            run.put("seed", seed);
            run.put(
                    "output",
                    ChildFolder.of(config.settings().output(), name).run().toString());
            ConfigLayer layer = choices.under(ConfigLayer.of("the sweep", Map.of("run", run)));
            if (control) {
                layer = layer.under(onRandomRewards(
                                ChildConfig.of(file, layer, catalog).config()))
                        .under(config.control().orElseThrow().layer());
            }
            ChildConfig child = ChildConfig.of(file, layer, catalog);
            if (!keepsAll(child.config())) {
                // Kept until they are measured; how many are kept changes no number.
                layer = layer.under(ConfigLayer.of(
                        "the sweep",
                        Map.of(
                                "checkpoint",
                                Map.of("keep-last", child.config().run().epochs()))));
                child = ChildConfig.of(file, layer, catalog);
            }
            return child;
        }

        private boolean keepsAll(RunConfig run) {
            return config.evaluation()
                            .filter(e -> e.checkpoints() == SweepEvaluation.Checkpoints.ALL)
                            .isEmpty()
                    || run.checkpoint().keepLast() >= run.run().epochs();
        }

        /** What was trained on judges, and random numbers are trained on, which have no gradient. */
        private static ConfigLayer onRandomRewards(RunConfig run) {
            Map<String, Object> rewards = new LinkedHashMap<>();
            for (RewardSelection reward : run.rewards()) {
                if (reward.settings().role() == RewardRole.TRAIN) {
                    rewards.put(reward.name(), Map.of("role", "held-out"));
                }
            }
            rewards.put(RANDOM, Map.of("role", "train"));
            Map<String, Object> keys = new LinkedHashMap<>(Map.of("rewards", rewards));
            if (run.evaluation().steepness().radius() > 0) {
                keys.put("evaluation", Map.of("steepness", Map.of("radius", 0))); // it is measured by a gradient
            }
            return ConfigLayer.of("the sweep's control", keys);
        }

        private void requireDifferent() {
            Map<String, String> names = new HashMap<>();
            Map<Map<String, String>, String> settings = new HashMap<>();
            for (SweepChild child : children) {
                if (names.put(child.name(), child.name()) != null) {
                    problem("sweep.axes: two runs have this name. Name a choice otherwise", child.name());
                    continue;
                }
                Map<String, String> values = child.config().config().effective().values();
                values.remove("run.output");
                String other = settings.putIfAbsent(values, child.name());
                if (other != null) {
                    problem(
                            "sweep.axes: the same settings as those of " + other
                                    + ", so that it would be the same run twice. Does a choice change nothing?",
                            child.name());
                }
            }
        }

        private void problem(String problem, String name) {
            problems.computeIfAbsent(problem, p -> new LinkedHashSet<>()).add(name);
        }

        private void throwIfAny() {
            if (!problems.isEmpty()) {
                throw new ConfigProblems(problems.entrySet().stream()
                        .map(e -> e.getKey() + " (" + named(e.getValue()) + ")")
                        .toList());
            }
        }

        /** The runs that have a problem. */
        private String named(Set<String> names) {
            String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
            return "in " + first + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more runs" : "");
        }
    }
}
