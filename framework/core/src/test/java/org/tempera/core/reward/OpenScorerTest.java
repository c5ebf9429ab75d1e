package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.tempera.core.reward.PictureScorer.Picture;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.testng.annotations.Test;

public class OpenScorerTest {
    private static final ThreadSettings THREADS = new ThreadSettings(1, 1);

    @Test
    public void buildsOnceForASizeAndKeepsTwo() {
        AtomicInteger graphs = new AtomicInteger();
        Reward brightness = GraphReward.of((scope, in) -> {
            graphs.incrementAndGet();
            return scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3}));
        });
        PictureScorer once = new PictureScorer("brightness", brightness, THREADS);
        float[] expected = {score(once, noise(8, 1)), score(once, noise(8, 2)), score(once, noise(9, 3))};
        graphs.set(0);
        try (OpenScorer scorer = new OpenScorer("brightness", brightness, THREADS)) {
            assertThat(scorer.score(noise(8, 1), "")).isEqualTo(expected[0]);
            assertThat(scorer.score(noise(8, 2), "")).isEqualTo(expected[1]);
            assertThat(scorer.score(noise(9, 3), "")).isEqualTo(expected[2]);
            assertThat(scorer.score(noise(8, 1), "")).isEqualTo(expected[0]);
            assertThat(graphs).hasValue(2);
            scorer.score(noise(10, 4), ""); // takes the place of the size 9
            scorer.score(noise(8, 2), "");
            assertThat(graphs).hasValue(3);
        }
    }

    @Test
    public void saysHowAHostRewardFailedAndThatItIsClosed() {
        HostReward failing = samples -> {
            throw new ArithmeticException("no width");
        };
        OpenScorer scorer = new OpenScorer("picky", failing, THREADS);
        assertThatThrownBy(() -> scorer.score(noise(4, 1), "a cat"))
                .isInstanceOf(UserException.class)
                .hasMessage("reward 'picky' failed: java.lang.ArithmeticException: no width");
        scorer.close();
        assertThatThrownBy(() -> scorer.score(noise(4, 1), "a cat")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    public void anInterruptEndsTheCallOfItsThreadAlone() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        HostReward slow = samples -> {
            if (samples.get(0).prompt().equals("slow")) {
                asked.countDown();
                LockSupport.parkNanos(60_000_000_000L);
            }
            return new float[] {1};
        };
        try (OpenScorer scorer = new OpenScorer("slow", slow, THREADS)) {
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            Thread caller = new Thread(() -> {
                try {
                    scorer.score(noise(4, 1), "slow");
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            });
            caller.start();
            asked.await();
            caller.interrupt();
            caller.join();
            assertThat(thrown).singleElement().isInstanceOf(StopSignal.StoppedException.class);
            assertThat(scorer.score(noise(4, 1), "quick")).isEqualTo(1);
        }
    }

    private static float score(PictureScorer scorer, RgbImage image) {
        return scorer.score(List.of(new Picture("picture", image, Optional.of(""))))[0];
    }

    private static RgbImage noise(int size, long seed) {
        byte[] rgb = new byte[size * size * 3];
        new Random(seed).nextBytes(rgb);
        return RgbImage.of(size, size, rgb);
    }
}
