package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.base.json.PlainJson;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.page.ComparisonPage;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** Records may be somebody else's, and say anything: a comparison of them is made, or refused in words. */
public class OddRecordsTest {
    private static final int CASES = 100;

    @Test
    public void whateverRecordsSayIsComparedOrRefused() {
        int compared = 0;
        for (int number = 0; number < CASES; number++) {
            Random chance = new Random(number);
            List<RunRecord> runs = new ArrayList<>();
            int seeds = 1 + chance.nextInt(4);
            for (int seed = 1; seed <= seeds; seed++) {
                for (String algorithm : List.of("ddpo", "tdpo")) {
                    runs.add(odd(
                            MadeRecords.of(algorithm, seed)
                                    .samples(8)
                                    .measured(0, 4, 8)
                                    .make(),
                            chance));
                }
                runs.add(odd(MadeRecords.of("ddpo", seed).samples(8).control().make(), chance));
            }
            try {
                Comparison comparison = Comparison.of(runs);
                PlainJson.line(ComparisonDocument.of(comparison));
                assertThat(ComparisonTables.of(comparison)).hasSize(6);
                assertThat(comparison.tables()).hasSameSizeAs(comparison.lines());
                assertThat(ComparisonPage.of(comparison)).isNotEmpty();
                compared++;
            } catch (UserException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(compared).isGreaterThan(CASES / 3);
    }

    /** A record in which some things are other than they should be. */
    private static RunRecord odd(RunRecord record, Random chance) {
        boolean one = chance.nextInt(3) == 0;
        List<RunCost> costs = new ArrayList<>(record.costs());
        List<MetricRow> metrics = new ArrayList<>(record.metrics());
        List<Sample> evaluated = new ArrayList<>(record.evaluated());
        List<ModelEvaluation> evaluations = new ArrayList<>(record.evaluations());
        if (one) {
            switch (chance.nextInt(9)) {
                case 0 -> Collections.shuffle(costs, chance);
                case 1 -> costs.replaceAll(c -> new RunCost(c.epoch(), -c.queries(), Double.NaN));
                case 2 -> metrics.addAll(record.metrics());
                case 3 -> evaluated.replaceAll(s -> with(s, "gold", number(chance)));
                case 4 -> evaluated.replaceAll(s -> s.epoch() > 0 ? with(s, "train", number(chance)) : s);
                case 5 -> evaluated.removeIf(s -> chance.nextInt(4) == 0);
                case 6 -> evaluations.removeIf(e -> chance.nextBoolean());
                case 7 ->
                    evaluations.replaceAll(e -> new ModelEvaluation(
                            e.source(),
                            e.epoch(),
                            e.ruler(),
                            e.sets().stream().map(s -> odd(s, chance)).toList()));
                default -> evaluated.removeIf(s -> s.epoch() > 4);
            }
        }
        return ChangedRecord.of(record)
                .costs(costs)
                .metrics(metrics)
                .evaluations(evaluations)
                .make()
                .with(evaluated);
    }

    private static double number(Random chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> 0;
            default -> 1e300 * chance.nextGaussian();
        };
    }

    private static Sample with(Sample s, String name, double score) {
        SortedMap<String, Double> scores = new TreeMap<>(s.rewards());
        scores.put(name, score);
        return new Sample(s.epoch(), s.phase(), s.index(), s.prompt(), s.seed(), scores, s.ruler(), s.signs());
    }

    private static MeasuredSet odd(MeasuredSet set, Random chance) {
        return new MeasuredSet(
                set.name(),
                set.pictures().stream()
                        .filter(p -> chance.nextInt(3) > 0)
                        .map(p -> new MeasuredPicture(
                                p.prompt(),
                                p.seed(),
                                chance.nextBoolean() ? p.numbers() : Map.of("kl", number(chance))))
                        .toList(),
                chance.nextBoolean() ? set.diversity() : Map.of());
    }
}
