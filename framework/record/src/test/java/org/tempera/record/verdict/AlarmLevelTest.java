package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.testng.annotations.Test;

/** How often the held-out alarm rings in runs that change nothing; docs/evaluation.md has the figure. */
public class AlarmLevelTest {
    private static final int RUNS = 2000;
    private static final int EVALUATIONS = 10;
    private static final int PICTURES = 96;

    /** The chance is 2.5 % at the first look, for only a fall rings, and adds up over the looks of a run. */
    @Test
    public void falseAlarmsOfRunsWithoutATrend() {
        Random random = new Random(1);
        int[] byLook = new int[EVALUATIONS];
        int runs = 0;
        for (int run = 0; run < RUNS; run++) {
            double[] best = new double[0];
            boolean rang = false;
            for (int e = 0; e < EVALUATIONS; e++) {
                double[] now = random.doubles(PICTURES, -1, 1).map(x -> x * 2).toArray();
                if (e > 0 && Alarms.ofHeldOut(best, 0, now, e).isPresent()) {
                    byLook[e]++;
                    rang = true;
                }
                if (e == 0 || HeldOutScore.mean(now) > HeldOutScore.mean(best)) {
                    best = now;
                }
            }
            runs += rang ? 1 : 0;
        }
        assertThat(byLook[1]).as("at the first look").isBetween(RUNS / 60, RUNS / 25);
        assertThat((double) runs / RUNS).as("in a run").isBetween(0.13, 0.19);
    }
}
