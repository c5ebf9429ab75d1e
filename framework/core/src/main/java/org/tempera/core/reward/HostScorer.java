package org.tempera.core.reward;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.tempera.core.plugin.PluginFault;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;

/**
 * Asks a host reward, and finds out which samples it fails on. Where there is a time limit the reward is called in a thread
 * of its own, one call at a time: a call that is over its time is interrupted, and the next one waits for it to end.
 */
final class HostScorer {
    private final String name;
    private final HostReward reward;
    private final double timeLimitSeconds;
    private final ThreadPoolExecutor thread;

    /** @param timeLimitSeconds that a call may take; 0 for any time */
    HostScorer(String name, HostReward reward, double timeLimitSeconds) {
        this.name = name;
        this.reward = reward;
        this.timeLimitSeconds = timeLimitSeconds;
        thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread t = new Thread(work, "reward-" + name);
            t.setDaemon(true);
            return t;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Scores with what was thrown.
     *
     * @param scores {@code [sample]}; NaN for those in {@code thrown}
     * @param thrown by sample
     */
    record Outcome(float[] scores, Map<Integer, RuntimeException> thrown) {}

    /**
     * Scores samples; if they fail together without saying why, each is tried alone.
     *
     * @throws PluginFault if it gives another number of scores, whose samples nobody knows
     */
    Outcome score(List<HostReward.Sample> samples) {
        float[] scores = new float[samples.size()];
        Map<Integer, RuntimeException> thrown = new LinkedHashMap<>();
        try {
            return new Outcome(ask(samples), thrown);
        } catch (PluginFault e) {
            throw e;
        } catch (UserException e) {
            // A server that is gone or a limit of time is no fault of one sample; others would wait as long.
            Arrays.fill(scores, Float.NaN);
            for (int i = 0; i < scores.length; i++) {
                thrown.put(i, e);
            }
        } catch (RuntimeException e) {
            for (int i = 0; i < scores.length; i++) {
                try {
                    scores[i] = scores.length == 1 ? rethrow(e) : ask(samples.subList(i, i + 1))[0];
                } catch (RuntimeException alone) {
                    scores[i] = Float.NaN;
                    thrown.put(i, alone);
                }
            }
        }
        return new Outcome(scores, thrown);
    }

    private static float rethrow(RuntimeException e) {
        throw e;
    }

    private float[] ask(List<HostReward.Sample> samples) {
        float @Nullable [] scores = timeLimitSeconds > 0 ? inTime(samples) : reward.score(samples);
        if (scores == null || scores.length != samples.size()) {
            throw PluginFault.of(
                    "reward '" + name + "'",
                    reward,
                    "must give one score an image, " + samples.size() + ", but gives "
                            + (scores == null ? "null" : String.valueOf(scores.length)));
        }
        return scores;
    }

    private float[] inTime(List<HostReward.Sample> samples) {
        Future<float[]> answer = thread.submit(() -> reward.score(samples));
        try {
            return answer.get(Math.round(timeLimitSeconds * 1e3), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "it took longer than time-limit-seconds = %s for %d sample(s)",
                            timeLimitSeconds,
                            samples.size()),
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new UserException("it was interrupted", e);
        }
    }
}
