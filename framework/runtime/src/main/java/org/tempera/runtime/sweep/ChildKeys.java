package org.tempera.runtime.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.tempera.base.files.FileHashes;
import org.tempera.runtime.config.DecidingKeys;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.ReadPaths;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.SweepEvaluation;

/**
 * The keys that decide what a run of a sweep leaves behind, alike on every machine: a folder counts by its name, a
 * small file by its name and content. What the folder of a model holds is the business of the evaluations' rulers.
 *
 * @param values by key, as HOCON
 * @param defaults keys that nobody has set
 */
public record ChildKeys(SortedMap<String, String> values, Set<String> defaults) {
    private static final String DEFAULT = "default";
    private static final String EVALUATE = "evaluate.";
    private static final String MEASURED = EVALUATE + "checkpoints";

    /** Keys that runs of one setting may differ in, and that a sweep must have as the file asks. */
    private static final List<String> BESIDES = List.of("run.seed", "run.epochs");

    /** What is measured, when, and what is done then; but for the size of grids. */
    private static final String EVALUATION = "evaluation.";

    /** Decides which of them there are to be measured. */
    private static final String CHECKPOINTS = "checkpoint.every";

    private static final String GRID = "evaluation.grid-samples";

    /** Keys that were there before they were counted: what a record that lacks one was made with is not known. */
    private static final Set<String> NOT_COUNTED_BEFORE = Set.of(
            CHECKPOINTS,
            "evaluation.held-out-weights",
            "evaluation.image-statistics",
            "evaluation.most-roll-backs",
            "evaluation.on-drift",
            "evaluation.on-fall",
            "evaluation.on-steepening",
            "evaluation.prompts",
            "evaluation.steepness.radius");

    /** Bytes of a file whose content is looked at; prompts have fewer. */
    private static final long SMALL = 1 << 20;

    /** Characters of a hash that tell two files apart. */
    private static final int SHOWN = 16;

    private static final List<String> OF_PLUGINS = List.of("policy", "algorithm", "critic", "gold");

    public ChildKeys {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        defaults = Set.copyOf(defaults);
    }

    /** Those of a configuration, and of what is measured of its checkpoints. */
    static ChildKeys of(RunConfig config, Optional<SweepEvaluation> evaluation) {
        SortedMap<String, String> values = new TreeMap<>(DecidingKeys.of(config));
        Map<String, String> all = config.effective().values();
        all.forEach((key, value) -> {
            if (BESIDES.contains(key) || (key.startsWith(EVALUATION) && !key.equals(GRID))) {
                values.put(key, value);
            }
        });
        values.keySet().removeIf(key -> isOfUnused(key, config));
        ReadPaths.of(config).forEach((key, path) -> values.computeIfPresent(key, (k, shown) -> named(path)));
        Set<String> defaults = new HashSet<>();
        for (EffectiveConfig.Setting setting : config.effective().settings()) {
            if (setting.origin().equals(DEFAULT)) {
                defaults.add(setting.key());
            }
        }
        evaluation.ifPresent(e -> {
            values.put(CHECKPOINTS, all.getOrDefault(CHECKPOINTS, ""));
            e.prompts().forEach((set, file) -> values.put(EVALUATE + "prompts." + set, named(file)));
            values.put(EVALUATE + "pictures", String.valueOf(e.pictures()));
            values.put(EVALUATE + "seed", String.valueOf(e.seed()));
            values.put(EVALUATE + "rewards", String.valueOf(e.rewards()));
            values.put(
                    EVALUATE + "embeddings",
                    e.embeddings().map(ChildKeys::named).orElse("none"));
            values.put(EVALUATE + "kl", String.valueOf(e.kl()));
            values.put(MEASURED, String.valueOf(e.checkpoints()));
            values.put(EVALUATE + "every", String.valueOf(e.every()));
        });
        return new ChildKeys(values, defaults);
    }

    /** Whether a key is of a plugin that the configuration describes and does not use. */
    private static boolean isOfUnused(String key, RunConfig config) {
        Set<String> used = new HashSet<>();
        used.add("policy." + config.policy().name());
        used.add("algorithm." + config.algorithm().name());
        config.wrapped().ifPresent(a -> used.add("algorithm." + a.name()));
        config.critic().ifPresent(c -> used.add("critic." + c.name()));
        config.gold().ifPresent(g -> used.add("gold." + g.name()));
        return OF_PLUGINS.stream().anyMatch(kind -> key.startsWith(kind + "."))
                && !key.endsWith(".use")
                && used.stream().noneMatch(block -> key.startsWith(block + "."));
    }

    private static String named(Path path) {
        String name = String.valueOf(path.getFileName());
        try {
            if (Files.isRegularFile(path) && Files.size(path) <= SMALL) {
                return name + " " + FileHashes.sha256(path).substring(0, SHOWN);
            }
        } catch (IOException e) {
            return name; // whoever reads it will say so
        }
        return name;
    }

    /**
     * What is another in earlier keys. A key that these do not have is new, and is as before where nobody has set it;
     * or it was not counted yet.
     *
     * @return such as {@code algorithm.ddpo.clip-range was 1e-4 and is 2e-4}; empty if all is the same
     */
    List<String> differences(Map<String, String> earlier) {
        return differences(earlier, key -> true);
    }

    /**
     * The same of a run of which nothing was measured yet, so that how it is measured may change, but for which
     * checkpoints are: these decide which the run keeps.
     */
    List<String> differencesBeforeMeasured(Map<String, String> earlier) {
        return differences(earlier, key -> !key.startsWith(EVALUATE) || key.equals(MEASURED));
    }

    private List<String> differences(Map<String, String> earlier, Predicate<String> counts) {
        Set<String> all = new TreeSet<>(values.keySet());
        all.addAll(earlier.keySet());
        all.removeIf(counts.negate());
        List<String> differences = new ArrayList<>();
        for (String key : all) {
            String was = earlier.get(key);
            String is = values.get(key);
            boolean same = was == null ? defaults.contains(key) || NOT_COUNTED_BEFORE.contains(key) : was.equals(is);
            if (!same) {
                differences.add(key + " was " + (was == null ? "not there" : was) + " and is "
                        + (is == null ? "not there" : is));
            }
        }
        return differences;
    }
}
