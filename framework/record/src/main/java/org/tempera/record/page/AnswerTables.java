package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tempera.record.compare.Answer;
import org.tempera.record.compare.Matched;

/** What is known of the questions of sweeps' files: the answer to each pair, and below it what is exploration. */
final class AnswerTables {
    /** What is read besides of the pairs of a question. */
    private static final String EXPLORATION = "exploration";

    private AnswerTables() {}

    /** A table for each question, whatever the training rewards that it is asked of. */
    static List<Block> of(List<Answer> answers) {
        List<Block> blocks = new ArrayList<>();
        for (Answer answer : answers) {
            List<List<Table.Cell>> rows = new ArrayList<>();
            answer.pairs().forEach(asked -> rows.addAll(rows(asked, answer.isOpen())));
            blocks.add(new Table(
                    answer.question() + ", a question of the sweep's file: first less second, corrected for "
                            + (answer.family() == 1 ? "its one pair" : "its " + answer.family() + " pairs")
                            + " (Holm), those that cannot be tested among them",
                    List.of(
                            "first",
                            "second",
                            "trained on",
                            "read at",
                            "level",
                            "difference",
                            "first keeps more",
                            "chance",
                            "corrected",
                            "told apart"),
                    rows));
            blocks.add(new Notes(answer.whyOpen().stream().toList()));
        }
        return blocks;
    }

    private static List<List<Table.Cell>> rows(Answer.Asked asked, boolean open) {
        String told = open ? "open" : asked.why().orElse(asked.isClear() ? "yes" : "no");
        List<List<Table.Cell>> rows = new ArrayList<>();
        rows.add(row(asked, "highest of both", asked.atReward().highest(), told));
        asked.atReward().shared().stream()
                .max(Comparator.comparingDouble(Matched.Difference::level))
                .ifPresent(d -> rows.add(row(asked, "highest of all groups", Optional.of(d), EXPLORATION)));
        asked.atDivergence().ifPresent(p -> rows.add(row(asked, "the same KL divergence", p.highest(), EXPLORATION)));
        return rows;
    }

    private static List<Table.Cell> row(
            Answer.Asked asked, String readAt, Optional<Matched.Difference> difference, String told) {
        List<Table.Cell> row = new ArrayList<>(List.of(
                Table.Cell.of(asked.atReward().first()),
                Table.Cell.of(asked.atReward().second()),
                Table.Cell.of(asked.proxy().orElse("-")),
                Table.Cell.of(readAt)));
        row.addAll(difference
                .map(d -> List.of(
                        Table.Cell.of(d.level()),
                        Labels.cell(d.difference()),
                        Labels.cell(d.improvement()),
                        Labels.chance(d.chance()),
                        Double.isFinite(d.corrected()) ? Labels.chance(d.corrected()) : Table.Cell.of("-")))
                .orElse(Collections.nCopies(5, Table.Cell.of("-"))));
        row.add(Table.Cell.of(told));
        return row;
    }
}
