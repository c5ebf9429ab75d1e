package org.tempera.core.reward;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tempera.base.concurrent.Uninterrupted;
import org.tempera.core.plugin.PluginException;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.core.plugin.StandIn;
import org.tempera.graph.StopSignal;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.MisconfiguredReward;
import org.tempera.spi.reward.PartialScores;

/**
 * Asks a host reward, and finds out which samples it fails on. The reward is called in a thread of its own, one call at
 * a time: a call that is over its time is interrupted, and so is one that goes on after the signal to stop; the next
 * call waits for it to end.
 */
final class HostScorer {
    private static final Duration LOOK = Duration.ofMillis(50);

    /** A reward that is about to answer when the signal comes is waited for, so that no sample is drawn in vain. */
    private static final long GRACE_NANOS = 300_000_000;

    private final String name;
    private final HostReward reward;
    private final double timeLimitSeconds;
    private final StopSignal stop;
    private final ThreadPoolExecutor thread;

    /**
     * Makes no call yet.
     *
     * @param timeLimitSeconds that a call may take; 0 for any time
     * @param stop ends a call that goes on
     */
    HostScorer(String name, HostReward reward, double timeLimitSeconds, StopSignal stop) {
        this.name = name;
        this.reward = reward;
        this.timeLimitSeconds = timeLimitSeconds;
        this.stop = stop;
        thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread t = new Thread(work, "reward-" + name);
            t.setDaemon(true);
            return t;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    private HostScorer(HostScorer other, StopSignal stop) {
        name = other.name;
        reward = other.reward;
        timeLimitSeconds = other.timeLimitSeconds;
        thread = other.thread;
        this.stop = stop;
    }

    /** The same in the same thread, so that it is still one call at a time. @param stop ends a call that goes on */
    HostScorer until(StopSignal stop) {
        return new HostScorer(this, stop);
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
     * @throws MisconfiguredReward if it is set up so that its scores would be wrong
     * @throws StopSignal.StoppedException if the signal to stop was given, before or meanwhile
     */
    Outcome score(List<HostReward.Sample> samples) {
        float[] scores = new float[samples.size()];
        Map<Integer, RuntimeException> thrown = new LinkedHashMap<>();
        try {
            return new Outcome(ask(samples), thrown);
        } catch (PluginFault | MisconfiguredReward | StopSignal.StoppedException e) {
            throw e;
        } catch (PartialScores e) {
            return partial(e, samples.size());
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
                } catch (PluginFault | MisconfiguredReward | StopSignal.StoppedException noneOfTheSample) {
                    throw noneOfTheSample;
                } catch (RuntimeException alone) {
                    scores[i] = Float.NaN;
                    thrown.put(i, alone);
                }
            }
        }
        return new Outcome(scores, thrown);
    }

    /** What a reward has scored although it failed. */
    private Outcome partial(PartialScores e, int samples) {
        float[] scores = requireOneEach(e.scores(), samples);
        Map<Integer, RuntimeException> thrown = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            if (Float.isNaN(scores[i])) {
                thrown.put(i, e);
            }
        }
        return new Outcome(scores, thrown);
    }

    private static float rethrow(RuntimeException e) {
        throw e;
    }

    private float[] ask(List<HostReward.Sample> samples) {
        return requireOneEach(answer(samples), samples.size());
    }

    private float[] requireOneEach(float @Nullable [] scores, int samples) {
        if (scores == null || scores.length != samples) {
            throw PluginFault.of(
                    "reward '" + name + "'",
                    reward,
                    "must give one score an image, " + samples + ", but gives "
                            + (scores == null ? "null" : String.valueOf(scores.length)));
        }
        return scores;
    }

    /** Exceptions are a sample's, and obey {@code on-failure}; errors are the plugin's. */
    private float[] call(List<HostReward.Sample> samples) {
        try {
            return reward.score(samples);
        } catch (UserException e) {
            throw e;
        } catch (Exception e) { // checked ones too: languages without these throw them anywhere
            throw PluginException.of(reward, e);
        } catch (Error e) {
            return PluginGuard.call("reward '" + name + "' cannot score", StandIn.pluginOf(reward), () -> {
                throw e;
            });
        }
    }

    private float[] answer(List<HostReward.Sample> samples) {
        stop.check();
        Future<float[]> answer = thread.submit(() -> call(samples));
        try {
            // Whoever interrupts the run wants it to end, not the samples to be left out.
            return Uninterrupted.get(answer, stop::give, LOOK, new Limits(samples.size()));
        } finally {
            answer.cancel(true);
        }
    }

    /** What ends the waiting for an answer. */
    private final class Limits implements Runnable {
        private final int samples;
        private final long begun = System.nanoTime();
        private long asked;

        Limits(int samples) {
            this.samples = samples;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            if (timeLimitSeconds > 0 && now - begun > timeLimitSeconds * 1e9) {
                throw tooSlow(samples);
            }
            asked = stop.isGiven() && asked == 0 ? now : asked;
            if (asked != 0 && now - asked > GRACE_NANOS) {
                stop.check();
            }
        }
    }

    private UserException tooSlow(int samples) {
        return new UserException(String.format(
                Locale.ROOT,
                "it took longer than time-limit-seconds = %s for %d sample(s)",
                timeLimitSeconds,
                samples));
    }
}
