package org.tempera.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.tempera.core.workers.GradientSums;
import org.testng.annotations.Test;

/** A run that goes on with other lanes or threads has other last bits, which nobody would see. */
public class WorkSharesTest {
    private static final WorkShares TWO = new WorkShares(2, 1, 1);

    @Test
    public void asManyLanesOfAsManyThreadsKeepTheBits() {
        assertThat(TWO.changedTo(new WorkShares(1, 2, 1), GradientSums.IN_ORDER))
                .isEmpty();
        assertThat(TWO.changedTo(TWO, GradientSums.RING)).isEmpty();
    }

    @Test
    public void fewerLanesAreSaidWithWhatKeepsTheBits() {
        assertThat(TWO.changedTo(new WorkShares(1, 1, 1), GradientSums.IN_ORDER).orElseThrow())
                .startsWith(
                        "the run was trained by 2 workers with 1 lane of 1 thread each, and goes on by 1 worker with"
                                + " 1 lane of 1 thread: ")
                .endsWith("Going on with run.parallel-batches=2 run.threads=2 keeps them.");
    }

    @Test
    public void otherThreadsAreSaid() {
        assertThat(new WorkShares(1, 1, 4)
                        .changedTo(new WorkShares(1, 1, 2), GradientSums.IN_ORDER)
                        .orElseThrow())
                .endsWith("Going on with run.parallel-batches=1 run.threads=4 keeps them.");
    }

    @Test
    public void whatNoNumberOfLanesHereKeepsTakesTheWorkersOfBefore() {
        assertThat(new WorkShares(3, 1, 2)
                        .changedTo(new WorkShares(2, 1, 2), GradientSums.IN_ORDER)
                        .orElseThrow())
                .endsWith("The number of workers of before, with run.parallel-batches=1 run.threads=2, keeps them.");
        assertThat(new WorkShares(2, 2, 1)
                        .changedTo(new WorkShares(4, 1, 1), GradientSums.RING)
                        .orElseThrow())
                .as("a ring adds in an order of its workers")
                .endsWith("The number of workers of before, with run.parallel-batches=2 run.threads=2, keeps them.");
    }

    @Test
    public void whatIsNotKnownOfAFolderIsNoChange() {
        assertThat(WorkShares.of(Map.of("intra_op", 1, "parallel_batches", 2))).isEmpty();
        assertThat(WorkShares.of(Map.of("intra_op", 1, "parallel_batches", 2, "workers", -1)))
                .isEmpty();
        assertThat(WorkShares.of(Map.of("intra_op", 1, "parallel_batches", 1, "workers", 2)))
                .contains(TWO);
    }
}
