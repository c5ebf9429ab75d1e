package org.tempera.runtime.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tempera.core.config.RewardRole;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;

/**
 * Other values of some keys, with which a run may take less.
 *
 * @param settings overrides
 * @param cost what they cost, in words
 */
public record Change(List<String> settings, String cost) {
    private static final String SAME_UPDATES = "the same updates in smaller pieces: slower";
    private static final String SAME_SAMPLES = "as many samples, fewer at a time: slower";

    /**
     * What may be changed in a config, what costs least first. Keys of plugins are known by their names, which are
     * alike for all that have such a thing.
     *
     * @param sideBySide batches that the run computes at a time
     */
    public static List<Change> of(RunConfig config, int sideBySide) {
        Map<String, String> values = config.effective().values();
        List<Change> all = new ArrayList<>();
        if (sideBySide > 1) {
            all.add(new Change(List.of("run.parallel-batches=1"), "one batch at a time: slower for small models"));
        }
        Stream.concat(Stream.of(config.algorithm()), config.wrapped().stream())
                .forEach(a -> addMicroBatches("algorithm." + a.name(), values, all));
        addSamplingBatches(config, all);
        addSmallestPieces(all);
        addSwitch(values, ".gradient-checkpointing", "false", "true", "updates take about a third longer", all);
        config.critic()
                .map(c -> "critic." + c.name() + ".features")
                .filter(key -> values.containsKey(key) && !values.get(key).equals("pooled-latent"))
                .ifPresent(key -> all.add(new Change(
                        List.of(key + "=pooled-latent"), "the critic sees latents in place of pictures: another one")));
        addRewards(config, all);
        addSwitch(
                values,
                "run.precision",
                "float32",
                "bfloat16",
                "rounds products and blurs importance ratios; its scores are not comparable with others",
                all);
        addSwitch(values, ".adapter.kind", "full", "lora", "trains adapters in place of all weights", all);
        all.add(new Change(List.of("evaluation.samples=16"), "evaluations are less certain"));
        all.add(new Change(
                List.of("checkpoint.keep-last=1", "checkpoint.keep-best=0"), "no earlier checkpoint to go back to"));
        return all;
    }

    private static void addMicroBatches(String block, Map<String, String> values, List<Change> all) {
        int rows = number(values.get(block + ".batch-size"));
        int accumulation = number(values.get(block + ".accumulation"));
        for (int part : new int[] {2, rows / 2, rows}) {
            if (rows > 1 && accumulation > 0 && part > 1 && rows % part == 0) {
                addOnce(
                        new Change(
                                List.of(
                                        block + ".batch-size=" + rows / part,
                                        block + ".accumulation=" + accumulation * part),
                                SAME_UPDATES),
                        all);
            }
        }
    }

    private static void addSamplingBatches(RunConfig config, List<Change> all) {
        int rows = config.sampling().batchSize();
        int batches = config.sampling().batchesPerEpoch();
        for (int part : new int[] {2, rows}) {
            if (rows > 1 && part > 1 && rows % part == 0) {
                addOnce(
                        new Change(
                                List.of(
                                        "sampling.batch-size=" + rows / part,
                                        "sampling.batches-per-epoch=" + batches * part),
                                SAME_SAMPLES),
                        all);
            }
        }
    }

    /** Where the one is the limit as soon as the other is smaller, neither alone saves what both do. */
    private static void addSmallestPieces(List<Change> all) {
        Map<String, String> pieces = new LinkedHashMap<>();
        all.stream()
                .filter(change ->
                        change.cost().equals(SAME_UPDATES) || change.cost().equals(SAME_SAMPLES))
                .flatMap(change -> change.settings().stream())
                .forEach(setting -> pieces.put(setting.substring(0, setting.indexOf('=')), setting));
        if (pieces.size() > 2) {
            all.add(new Change(
                    List.copyOf(pieces.values()), "the same samples and updates in the smallest pieces: slower"));
        }
    }

    private static void addRewards(RunConfig config, List<Change> all) {
        for (RewardRole role : List.of(RewardRole.LOGGED, RewardRole.HELD_OUT)) {
            for (RewardSelection reward : config.rewards()) {
                if (reward.settings().role() == role) {
                    all.add(new Change(
                            List.of("rewards." + reward.name() + "=null"),
                            role == RewardRole.LOGGED ? "it is not logged any more" : "it judges the run no more"));
                }
            }
        }
    }

    private static void addSwitch(
            Map<String, String> values, String ending, String from, String to, String cost, List<Change> all) {
        values.forEach((key, value) -> {
            if (key.endsWith(ending) && value.equals(from)) {
                all.add(new Change(List.of(key + "=" + to), cost));
            }
        });
    }

    private static void addOnce(Change change, List<Change> all) {
        if (!all.contains(change)) {
            all.add(change);
        }
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }
}
