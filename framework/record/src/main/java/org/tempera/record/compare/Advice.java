package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.RunVerdict.Answer;

/** Says what to try, by the keys that a config has. */
public final class Advice {
    /** Those whose loss can have the divergence from the reference; the key stands in their own blocks. */
    private static final Set<String> WITH_KL = Set.of("ddpo", "dpok", "grpo", "tdpo", "tdpo-r");

    /** Those that follow a reward's gradient, or learn from pairs, cannot keep others above bounds. */
    private static final Set<String> WITH_BOUNDS =
            Set.of("d3po", "ddpo", "dpok", "grpo", "nft", "rwr", "tdpo", "tdpo-r");

    private static final Set<String> WITH_DISTANCE = Set.of("draft", "nft", "rwr");

    /** Random numbers have no gradient to follow. */
    private static final Set<String> WITHOUT_CONTROL = Set.of("draft");

    /** What a record's name of a wrapped algorithm, which keeps its keys, begins with. */
    private static final String CONSTRAINED = "constrained ";

    private static final Set<String> WITH_BETA = Set.of("diffusion-dpo", "d3po");

    private Advice() {}

    static List<String> of(
            String algorithm,
            List<ComparedRun> runs,
            Answer answer,
            boolean controlled,
            boolean worn,
            boolean thin,
            Optional<Chosen> chosen) {
        List<String> advice = new ArrayList<>();
        if (answer == Answer.YES) {
            chosen.ifPresent(c -> advice.add(checkpoint(c)));
            RunFacts facts = runs.get(0).record().facts();
            advice.addAll(againstOverOptimisation(
                    algorithm,
                    facts.trained().stream().map(RunFacts.ScoredBy::name).toList()));
        }
        if (worn) {
            advice.add("The updates wear the model: try a lower optimizer.learning-rate.");
        }
        if (thin) {
            boolean judged = runs.stream().allMatch(r -> r.evaluations().truth().isPresent());
            advice.add(
                    "For more evidence train more seeds (run.seed), evaluate more often (evaluation.every) or by more"
                            + " pictures (evaluation.samples)"
                            + (judged ? "." : ", and hold a reward out (rewards.NAME.role = held-out)."));
        }
        if (!controlled && answer != Answer.NO && !WITHOUT_CONTROL.contains(algorithm)) {
            advice.add("Train a control of each seed, on random rewards (rewards.random.role = train, the others"
                    + " held-out): it tells wear from over-optimisation.");
        }
        return advice;
    }

    /**
     * The checkpoints that the runs' own held-out scores chose.
     *
     * @param best which these are
     * @param since from when on the runs over-optimised; empty where none did
     * @param kept gold at these checkpoints less gold before training, over the seeds; empty without gold
     */
    record Chosen(GroupVerdict.Best best, Optional<GroupVerdict.Onset> since, Optional<Estimate> kept) {
        /** Whether gold tells that the held-out score missed its loss. */
        boolean isMissed() {
            return isLess() && since.filter(s -> best.epoch() >= s.epoch()).isPresent();
        }

        /** Whether there is less gold at these checkpoints than before training, be it by chance. */
        boolean isLess() {
            return kept.filter(k -> k.mean() < 0).isPresent();
        }
    }

    private static String checkpoint(Chosen chosen) {
        GroupVerdict.Best best = chosen.best();
        String epoch = String.format(Locale.ROOT, "%.0f", best.epoch());
        if (chosen.isMissed()) {
            return "Do not trust each run's own held-out score: it chose about epoch " + epoch
                    + ", by when gold has changed by "
                    + chosen.kept().orElseThrow().signed() + ". Hold another reward out"
                    + " (rewards.NAME.role = held-out), or stop earlier (run.epochs).";
        }
        String base = "By its own held-out score no checkpoint of ";
        if (best.latest() == 0) {
            return base + "a run is better than the model before training.";
        }
        String gold = chosen.kept()
                .map(k -> ", by when gold has changed by " + k.signed())
                .orElse("");
        if (chosen.isLess()) {
            return "Take no later checkpoint than that which each run's own held-out score chose, of about epoch "
                    + epoch + gold + ": training has not helped.";
        }
        return "Take the checkpoint that each run's own held-out score chose, of about epoch " + epoch + gold
                + ": export takes it."
                + (best.earliest() == 0 ? " " + base + "some runs is better than the model before training." : "");
    }

    /**
     * What may hold an algorithm back from what exploits its training reward.
     *
     * @param algorithm its name in a record, such as {@code ddpo} or {@code constrained ddpo}
     * @param trained names of the rewards that it is trained on
     */
    public static List<String> againstOverOptimisation(String algorithm, List<String> trained) {
        List<String> advice = new ArrayList<>();
        advice.add("Stop in time, by a reward that is held out: evaluation.on-fall = stop, or roll-back.");
        String within = algorithm.startsWith(CONSTRAINED) ? algorithm.substring(CONSTRAINED.length()) : algorithm;
        if (WITH_KL.contains(within)) {
            advice.add("Stay near the base model: algorithm." + within
                    + ".kl-loss = 0.01, or a penalty in the reward, algorithm." + within + ".kl.coefficient = 1.");
        } else if (WITH_DISTANCE.contains(within)) {
            advice.add("Stay near the base model: a larger algorithm." + within + ".distance-loss.");
        } else if (WITH_BETA.contains(within)) {
            advice.add("Stay near the base model: a larger algorithm." + within + ".beta.");
        }
        advice.add("Score the worst picture close by, if the reward has a gradient: "
                + (trained.isEmpty() ? List.of("NAME") : trained)
                        .stream()
                                .map(name -> "rewards." + name + ".ball.radius = 0.02")
                                .collect(Collectors.joining(", "))
                + ".");
        advice.add(
                trained.size() > 1
                        ? "Trust the rewards where they agree: combination.rule = mean-minus-k-std, or min."
                        : "Train on several rewards of different kinds, cautiously: combination.rule = mean-minus-k-std.");
        if (WITH_BOUNDS.contains(algorithm)) {
            advice.add("Keep other rewards above bounds: algorithm.use = constrained, algorithm.constrained.of = "
                    + algorithm + ", rewards.NAME.role = constraint.");
        }
        return advice;
    }

    /**
     * Where the controls are too few to decide.
     *
     * @param without the seeds that have none
     * @param controlled how many have one
     */
    static String moreControls(List<Long> without, int controlled) {
        return "Train a control of the other seeds, too (run.seed = "
                + without.stream().map(String::valueOf).collect(Collectors.joining(", ")) + "): those of " + controlled
                + " leave open whether wear explains the fall.";
    }
}
