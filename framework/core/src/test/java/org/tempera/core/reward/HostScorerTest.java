package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.tempera.core.plugin.PluginFault;
import org.tempera.graph.StopSignal;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.MisconfiguredReward;
import org.testng.annotations.Test;

public class HostScorerTest {
    @Test
    public void findsTheSampleThatARewardFailsOn() {
        HostReward picky = samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                if (samples.get(i).seed() == 2) {
                    throw new ArithmeticException("no width");
                }
                scores[i] = samples.get(i).seed();
            }
            return scores;
        };
        HostScorer.Outcome outcome = new HostScorer("picky", picky, 0, new StopSignal()).score(samples(4));
        assertThat(outcome.scores()).containsExactly(0, 1, Float.NaN, 3);
        assertThat(outcome.thrown()).containsOnlyKeys(2);
        assertThat(outcome.thrown().get(2)).hasMessage("no width");
    }

    @Test
    public void whatFailsForAReasonOutsideIsNotAskedAgain() {
        AtomicInteger calls = new AtomicInteger();
        HostReward gone = samples -> {
            calls.incrementAndGet();
            throw new UserException("the server is gone");
        };
        HostScorer.Outcome outcome = new HostScorer("gone", gone, 5, new StopSignal()).score(samples(3));
        assertThat(outcome.scores()).containsExactly(Float.NaN, Float.NaN, Float.NaN);
        assertThat(outcome.thrown()).hasSize(3);
        assertThat(calls).hasValue(1);
    }

    @Test
    public void aRewardThatIsSetUpWronglyIsNoFailureOfASample() {
        HostReward atOnce = samples -> {
            throw new MisconfiguredReward("two scorers");
        };
        HostReward whenAskedAlone = samples -> {
            if (samples.size() > 1) {
                throw new ArithmeticException("no width");
            }
            throw new MisconfiguredReward("two scorers");
        };
        for (HostReward reward : List.of(atOnce, whenAskedAlone)) {
            assertThatThrownBy(() -> new HostScorer("two", reward, 0, new StopSignal()).score(samples(3)))
                    .isInstanceOf(MisconfiguredReward.class)
                    .hasMessage("two scorers");
        }
    }

    @Test(timeOut = 30_000)
    public void aCallThatIsOverItsTimeIsInterruptedAndTheNextOneServed() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        HostReward slow = samples -> {
            if (samples.size() == 3) {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
            return new float[samples.size()];
        };
        HostScorer scorer = new HostScorer("slow", slow, 0.5, new StopSignal());
        HostScorer.Outcome late = scorer.score(samples(3));
        assertThat(late.thrown().get(1)).hasMessage("it took longer than time-limit-seconds = 0.5 for 3 sample(s)");
        interrupted.await();
        assertThat(scorer.score(samples(2)).scores()).containsExactly(0, 0);
    }

    @Test
    public void tooFewScoresAreARewardsMistake() {
        HostReward one = samples -> new float[1];
        HostScorer.Outcome outcome = new HostScorer("one", one, 0, new StopSignal()).score(samples(1));
        assertThat(outcome.thrown()).isEmpty();
        HostReward none = samples -> new float[0];
        assertThatThrownBy(() -> new HostScorer("none", none, 0, new StopSignal()).score(samples(2)))
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("reward 'none' must give one score an image, 2, but gives 0.")
                .hasMessageContaining("HostScorerTest in ");
        assertThatThrownBy(() -> new HostScorer("one", one, 0, new StopSignal()).score(samples(2)))
                .as("no sample is tried alone")
                .isInstanceOf(PluginFault.class);
    }

    @Test
    public void errorsAreNotSwallowed() {
        HostReward broken = samples -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> new HostScorer("broken", broken, 0, new StopSignal()).score(samples(1)))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> new HostScorer("broken", broken, 5, new StopSignal()).score(samples(1)))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test(timeOut = 30_000)
    public void aCallThatGoesOnAfterTheSignalToStopIsGivenUp() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        HostReward silent = samples -> {
            asked.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return new float[samples.size()];
        };
        StopSignal stop = new StopSignal();
        Thread signal = new Thread(() -> {
            try {
                asked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            stop.give();
        });
        signal.start();
        HostScorer scorer = new HostScorer("silent", silent, 0, stop);
        assertThatThrownBy(() -> scorer.score(samples(1))).isInstanceOf(StopSignal.StoppedException.class);
        interrupted.await();
        // The next batch is not even asked for.
        assertThatThrownBy(() -> scorer.score(samples(1))).isInstanceOf(StopSignal.StoppedException.class);
    }

    private static List<HostReward.Sample> samples(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> new HostReward.Sample("a cat", 1, 1, new byte[3], i))
                .toList();
    }
}
