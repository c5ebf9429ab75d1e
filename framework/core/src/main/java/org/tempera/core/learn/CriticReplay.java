package org.tempera.core.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * The latest samples of a run as its critic sees them: features, value at sampling and return of every step. A ring in
 * host memory: a new sample takes the place of the oldest.
 */
final class CriticReplay {
    private static final String FEATURES = "critic-replay/features";
    private static final String RETURNS = "critic-replay/returns";
    private static final String VALUES = "critic-replay/values";

    private final int capacity;
    private final int steps;
    private final int width;
    private float[] features;
    private float[] returns;
    private float[] values;
    private long taken;

    /**
     * An empty ring.
     *
     * @param capacity samples that it holds at most
     * @param steps denoising steps of a sample
     * @param width numbers in a row of features
     */
    CriticReplay(int capacity, int steps, int width) {
        this.capacity = capacity;
        this.steps = steps;
        this.width = width;
        this.features = new float[Math.multiplyExact(Math.multiplyExact(capacity, steps), width)];
        this.returns = new float[capacity * steps];
        this.values = new float[capacity * steps];
    }

    /** Samples that are held. */
    int samples() {
        return (int) Math.min(taken, capacity);
    }

    int steps() {
        return steps;
    }

    /** Samples taken in since the run began. */
    long taken() {
        return taken;
    }

    /**
     * Takes in an epoch's samples.
     *
     * @param leftOut samples without a reward, {@code [sample]}
     */
    void add(Rollout rollout, Targets targets, boolean[] leftOut) {
        float[] rows = rollout.features()
                .orElseThrow(() -> new IllegalStateException("the rollout holds no critic features"))
                .data();
        float[][] ofReturn = targets.columns().get(Targets.RETURN);
        if (ofReturn == null) {
            throw new IllegalStateException("the targets hold no column '" + Targets.RETURN + "'");
        }
        float[][] ofValue = rollout.epochColumns().column(Rollout.VALUE);
        for (int i = 0; i < rollout.samples(); i++) {
            if (leftOut[i]) {
                continue;
            }
            int at = (int) (taken++ % capacity);
            System.arraycopy(rows, i * steps * width, features, at * steps * width, steps * width);
            if (ofReturn[i].length == 1) {
                Arrays.fill(returns, at * steps, (at + 1) * steps, ofReturn[i][0]);
            } else {
                System.arraycopy(ofReturn[i], 0, returns, at * steps, steps);
            }
            System.arraycopy(ofValue[i], 0, values, at * steps, steps);
        }
    }

    /** What a critic's loss may read of a micro-batch of held samples, by the names of {@link MinibatchGraph}. */
    Map<String, HostTensor> inputs(Minibatch m) {
        Map<String, HostTensor> inputs = new LinkedHashMap<>();
        inputs.put(MinibatchGraph.FEATURES, HostTensor.of(gather(features, width, m), m.samples().length, width));
        inputs.put(
                MinibatchGraph.columnInput(Targets.RETURN), HostTensor.of(gather(returns, 1, m), m.samples().length));
        inputs.put(MinibatchGraph.columnInput(Rollout.VALUE), HostTensor.of(gather(values, 1, m), m.samples().length));
        return inputs;
    }

    private float[] gather(float[] from, int size, Minibatch m) {
        float[] rows = new float[m.samples().length * size];
        for (int i = 0; i < m.samples().length; i++) {
            System.arraycopy(from, (m.samples()[i] * steps + m.steps()[i]) * size, rows, i * size, size);
        }
        return rows;
    }

    /** All that it holds, for a checkpoint; shapes do not change while it fills. */
    Map<String, HostTensor> tensors() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put(FEATURES, HostTensor.of(features, capacity, steps, width));
        tensors.put(RETURNS, HostTensor.of(returns, capacity, steps));
        tensors.put(VALUES, HostTensor.of(values, capacity, steps));
        return tensors;
    }

    /** Goes back to what a checkpoint holds. */
    void restore(Map<String, HostTensor> tensors, long takenBefore) {
        features = held(tensors, FEATURES, features.length);
        returns = held(tensors, RETURNS, returns.length);
        values = held(tensors, VALUES, values.length);
        taken = takenBefore;
    }

    private static float[] held(Map<String, HostTensor> tensors, String name, int size) {
        HostTensor t = tensors.get(name);
        if (t == null || t.size() != size) {
            throw new IllegalArgumentException(name + " must hold " + size + " numbers, found " + t);
        }
        return t.data().clone();
    }
}
