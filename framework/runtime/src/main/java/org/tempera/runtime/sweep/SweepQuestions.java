package org.tempera.runtime.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.tempera.record.compare.Question;
import org.tempera.runtime.config.ConfigProblems;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.config.SweepConfig.Choice;

/** Finds the pairs that the questions of a sweep's file ask for, among the combinations that it runs. */
public final class SweepQuestions {
    private final SweepConfig config;

    /** Those with a choice of each axis, by the names of these. */
    private final Map<Map<String, String>, Runs> runs = new LinkedHashMap<>();

    private final List<String> problems = new ArrayList<>();

    /** Of one combination, with all of its seeds. */
    private record Runs(Map<String, Choice> choices, List<String> names) {
        Question.Side side() {
            return new Question.Side(
                    String.join(
                            ", ", choices.values().stream().map(Choice::name).toList()),
                    names,
                    names.size());
        }
    }

    private SweepQuestions(SweepConfig config) {
        this.config = config;
        for (Combination each : Combination.of(config)) {
            if (!each.control()) {
                Map<String, String> named = new LinkedHashMap<>();
                each.choices().forEach((axis, choice) -> named.put(axis, choice.name()));
                runs.computeIfAbsent(named, n -> new Runs(each.choices(), new ArrayList<>()))
                        .names()
                        .add(each.name());
            }
        }
    }

    /**
     * The questions with all of their pairs, in the order of the file; no configuration is bound for it.
     *
     * @throws ConfigProblems if one asks for no pair
     */
    public static List<Question> of(SweepConfig config) {
        return new SweepQuestions(config).questions(run -> "");
    }

    /**
     * Fails where a question asks for what is never compared.
     *
     * @param reward what a run is trained on, by its name
     * @throws ConfigProblems if one asks for no pair, or for none on one training reward
     */
    static void require(SweepConfig config, UnaryOperator<String> reward) {
        new SweepQuestions(config).questions(reward);
    }

    private List<Question> questions(UnaryOperator<String> reward) {
        List<Question> questions = config.questions().stream()
                .map(q -> new Question(q.name(), pairs(q, reward)))
                .toList();
        if (!problems.isEmpty()) {
            throw new ConfigProblems(problems);
        }
        return questions;
    }

    /** Each once: of two entries one may ask for the pairs of the other the other way round. */
    private List<Question.Pair> pairs(SweepConfig.Question question, UnaryOperator<String> reward) {
        List<Question.Pair> pairs = new ArrayList<>();
        Set<Set<Map<String, String>>> seen = new LinkedHashSet<>();
        Set<Map<String, String>> compared = new LinkedHashSet<>(question.asked().with());
        Set<Map<String, String>> onOneReward = new LinkedHashSet<>();
        Set<Map<String, String>> there = new LinkedHashSet<>();
        runs.forEach((first, its) -> {
            if (!first.entrySet().containsAll(question.asked().compare().entrySet())) {
                return;
            }
            for (Map<String, String> entry : compared) {
                Map<String, String> second = new LinkedHashMap<>(first);
                second.putAll(entry);
                Runs others = runs.get(second);
                if (others == null || second.equals(first)) {
                    continue;
                }
                there.add(entry);
                if (reward.apply(its.names().get(0))
                        .equals(reward.apply(others.names().get(0)))) {
                    onOneReward.add(entry);
                }
                if (seen.add(Set.of(first, second))) {
                    pairs.add(new Question.Pair(its.side(), others.side(), blocks(its, others)));
                }
            }
        });
        compared.forEach(entry -> {
            if (!there.contains(entry)) {
                problem(
                        question,
                        entry,
                        "no run has these choices, and otherwise those of a run that 'compare' names."
                                + " Does 'skip' leave it out, or has 'compare' the same choices?");
            } else if (!onOneReward.contains(entry)) {
                problem(
                        question,
                        entry,
                        "its runs are trained on other rewards than those of 'compare', and runs on"
                                + " different training rewards are never compared.");
            }
        });
        return pairs;
    }

    private void problem(SweepConfig.Question question, Map<String, String> entry, String what) {
        problems.add(question.place() + ": " + question.path() + ".with: " + entry + ": " + what);
    }

    /** In which blocks of keys two combinations may differ, by the choices that are others. */
    private static Set<String> blocks(Runs first, Runs second) {
        Set<String> blocks = new TreeSet<>();
        first.choices().forEach((axis, choice) -> {
            Choice other = second.choices().get(axis);
            if (other != null && !other.name().equals(choice.name())) {
                blocks.addAll(choice.blocks());
                blocks.addAll(other.blocks());
            }
        });
        return blocks;
    }
}
