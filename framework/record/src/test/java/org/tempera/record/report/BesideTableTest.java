package org.tempera.record.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.record.verdict.ScoreSeries;
import org.testng.annotations.Test;

public class BesideTableTest {
    @Test
    public void saysWhereThereIsNoRiseToCompareAt() {
        Evaluations rose = run(.2, .9);
        Evaluations flat = run(.2, .2);
        assertThat(BesideTable.html(new RunsBeside(List.of(
                        row("a", rose, Optional.empty()), row("b", rose, Optional.of(AtEqualReward.of(rose, rose)))))))
                .contains("difference, paired")
                .doesNotContain("no rise to compare at");
        assertThat(BesideTable.html(new RunsBeside(List.of(
                        row("a", flat, Optional.empty()), row("b", rose, Optional.of(AtEqualReward.of(flat, rose)))))))
                .contains("b: no rise to compare at: the training reward changed by ")
                .doesNotContain("difference, paired");
    }

    private static RunsBeside.Run row(String name, Evaluations evaluations, Optional<AtEqualReward> like) {
        return new RunsBeside.Run(name, "ddpo", 1, name, 10, RunVerdict.of(evaluations), like);
    }

    private static Evaluations run(double before, double after) {
        return new Evaluations(
                List.of(0, 10),
                series("train", before, after),
                List.of(),
                List.of(),
                Optional.of(series("gold", .4, .3)),
                Optional.empty());
    }

    private static ScoreSeries series(String name, double before, double after) {
        return new ScoreSeries(name, List.of(spread(before), spread(after)));
    }

    private static double[] spread(double mean) {
        return DoubleStream.iterate(-.08, x -> x < .08, x -> x + .01)
                .map(x -> mean + x)
                .toArray();
    }
}
