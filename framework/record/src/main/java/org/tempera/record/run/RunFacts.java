package org.tempera.record.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.FileHashes;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;

/**
 * What a run is, as its folder keeps it in {@code run.json}, so that it can be judged and shown where its plugins and
 * its model are not.
 *
 * @param algorithm name of the algorithm
 * @param policy name of the policy's plugin
 * @param seed the run's seed
 * @param rewards the rewards in the order of the configuration
 * @param gold whether the run has a gold score
 * @param pictured how many pictures a report shows of an evaluation
 * @param settings SHA-256 of the keys that decide what a run comes to, apart from its seed: runs in which it is equal
 *     are repetitions of each other
 * @param before what the run was until it went on as something else, in order, such as {@code until epoch 2: ddpo, seed
 *     7}
 */
public record RunFacts(
        String algorithm,
        String policy,
        long seed,
        List<ScoredBy> rewards,
        boolean gold,
        int pictured,
        String settings,
        List<String> before) {
    /** A role as configurations spell it: of rewards that are trained on. */
    public static final String TRAIN = "train";

    /** Of rewards that judge. */
    public static final String HELD_OUT = "held-out";

    /** Of rewards that are only shown. */
    public static final String LOGGED = "logged";

    /** Of rewards that are bounded, which judge nothing either. */
    public static final String CONSTRAINT = "constraint";

    /** Name of the plugin whose rewards a control is trained on. */
    public static final String RANDOM = "random";

    private static final List<String> ROLES = List.of(TRAIN, HELD_OUT, LOGGED, CONSTRAINT);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if no picture is shown
     */
    public RunFacts {
        rewards = List.copyOf(rewards);
        before = List.copyOf(before);
        if (pictured < 1) {
            throw new IllegalArgumentException("expected 1 or more as 'pictured', found " + pictured);
        }
    }

    /** A run that was nothing else before. */
    public RunFacts(
            String algorithm,
            String policy,
            long seed,
            List<ScoredBy> rewards,
            boolean gold,
            int pictured,
            String settings) {
        this(algorithm, policy, seed, rewards, gold, pictured, settings, List.of());
    }

    /**
     * What a run is that goes on with other keys: a repetition of no run but one that changed alike.
     *
     * @param epoch epochs that were complete by then
     * @param now what its keys are from here on
     */
    public RunFacts goingOnAs(RunFacts now, int epoch) {
        boolean sameKeys = now.settings().equals(settings) || settings.startsWith(now.settings() + " ");
        if (seed == now.seed() && sameKeys) {
            return new RunFacts(algorithm, policy, seed, now.rewards(), now.gold(), now.pictured(), settings, before);
        }
        String was =
                algorithm.equals(now.algorithm()) && seed == now.seed() ? "other keys" : algorithm + ", seed " + seed;
        List<String> all = new ArrayList<>(before);
        all.add("until epoch " + epoch + ": " + was);
        return new RunFacts(
                now.algorithm(),
                now.policy(),
                now.seed(),
                now.rewards(),
                now.gold(),
                now.pictured(),
                now.settings() + " after " + FileHashes.sha256(settings + "\n" + String.join("\n", all)),
                all);
    }

    /**
     * A reward.
     *
     * @param plugin name of its plugin
     */
    public record ScoredBy(String name, String role, String plugin) {
        /**
         * Checks the role.
         *
         * @throws IllegalArgumentException if it is none
         */
        public ScoredBy {
            if (!ROLES.contains(role)) {
                throw new IllegalArgumentException(
                        "expected one of " + ROLES + " as the role of reward '" + name + "', found '" + role + "'");
            }
        }
    }

    /** The algorithm, and whatever the run was before, for a table. */
    public String algorithms() {
        return before.isEmpty() ? algorithm : algorithm + " (" + String.join("; ", before) + ")";
    }

    /** The rewards that are trained on. */
    public List<ScoredBy> trained() {
        return rewards.stream().filter(r -> r.role().equals(TRAIN)).toList();
    }

    /** Names of the rewards that judge. */
    public List<String> heldOut() {
        return named(HELD_OUT).toList();
    }

    /** Names of the rewards that are shown and judge nothing. */
    public List<String> shown() {
        return Stream.concat(named(LOGGED), named(CONSTRAINT)).toList();
    }

    private Stream<String> named(String role) {
        return rewards.stream().filter(r -> r.role().equals(role)).map(ScoredBy::name);
    }

    /** The rewards and their roles, for people. */
    public String rewardsAndRoles() {
        return rewards.stream().map(r -> r.name() + " (" + r.role() + ")").collect(Collectors.joining(", "));
    }

    /** What was run, for the head of a report. */
    public Map<String, String> forReport() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("algorithm", algorithm);
        if (!before.isEmpty()) {
            facts.put("before", String.join("; ", before));
        }
        facts.put("policy", policy);
        facts.put("rewards", rewardsAndRoles());
        facts.put("seed", String.valueOf(seed));
        return facts;
    }

    /** Whether the run is a control: trained on random rewards alone. */
    public boolean isControl() {
        return !trained().isEmpty() && trainedOnOtherThanChance().isEmpty();
    }

    /** Names of the rewards that were trained on and are not random. */
    public List<String> trainedOnOtherThanChance() {
        return trained().stream()
                .filter(r -> !r.plugin().equals(RANDOM))
                .map(ScoredBy::name)
                .toList();
    }

    /** As plain data. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("algorithm", algorithm);
        fields.put("policy", policy);
        fields.put("seed", seed);
        fields.put(
                "rewards",
                rewards.stream()
                        .map(r -> Map.of("name", r.name(), "role", r.role(), "plugin", r.plugin()))
                        .toList());
        fields.put("gold", gold);
        fields.put("pictured", pictured);
        fields.put("settings", settings);
        if (!before.isEmpty()) {
            fields.put("before", before);
        }
        return fields;
    }

    /** Writes them into a run's folder, in place of what is there. */
    public void write(RunFolder folder) {
        RunFolder.writeText(folder.facts(), PlainJson.pretty(fields()));
    }

    /**
     * What {@link #fields} gave.
     *
     * @throws IllegalArgumentException if it is no such thing
     */
    public static RunFacts of(PlainFields fields) {
        List<ScoredBy> rewards = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object each : fields.list("rewards")) {
            PlainFields reward = PlainFields.of(each);
            if (!names.add(reward.text("name"))) {
                throw new IllegalArgumentException(
                        "expected each reward once, found '" + reward.text("name") + "' twice");
            }
            rewards.add(new ScoredBy(reward.text("name"), reward.text("role"), reward.text("plugin")));
        }
        return new RunFacts(
                fields.text("algorithm"),
                fields.text("policy"),
                fields.whole("seed"),
                rewards,
                fields.flag("gold"),
                fields.integer("pictured"),
                fields.text("settings"),
                fields.has("before") ? fields.texts("before") : List.of());
    }

    /**
     * Reads a folder's; empty where there is no such file, as in the folders of earlier versions.
     *
     * @throws UserException if the file is damaged
     */
    public static Optional<RunFacts> read(RunFolder folder) {
        if (!OwnFiles.exists(folder.facts())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    of(PlainFields.of(PlainJson.readObject(OwnFiles.readText(folder.facts(), OwnFiles.LARGEST_LIST)))));
        } catch (PlainJson.MalformedException | IllegalArgumentException e) {
            throw new UserException(
                    folder.facts() + ": cannot be read (" + e.getMessage()
                            + "). It says what the run is; remove it, and the run's config.conf is asked instead.",
                    e);
        }
    }
}
