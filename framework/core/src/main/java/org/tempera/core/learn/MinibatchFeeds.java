package org.tempera.core.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.rollout.StepInputs;
import org.tempera.core.rollout.TextEmbeddings;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * Gathers the rows of a micro-batch from an epoch's rollout and targets, under the names of {@link MinibatchGraph#inputs}.
 *
 * @param skipped samples that are not learnt from, {@code [sample]}
 * @param negativePrompt absent without guidance
 */
record MinibatchFeeds(
        TrainingSession session,
        Rollout rollout,
        Targets targets,
        boolean[] skipped,
        Schedule schedule,
        TextEmbeddings text,
        Optional<String> negativePrompt) {
    /** The latents that the steps led to. */
    static final String NEXT = "next";

    /** The critic's features. */
    static final String FEATURES = "features";

    /** 1 for rows that are learnt from, 0 for those that are not. */
    static final String LEARNT = "learnt";

    private static final String COLUMN = "column/";

    /** Name of the input for a column of the targets or the rollout. */
    static String column(String name) {
        return COLUMN + name;
    }

    /** What is fed for a micro-batch to the inputs of these names. */
    Map<String, HostTensor> of(Minibatch m, Set<String> names) {
        Map<String, HostTensor> feeds = new LinkedHashMap<>();
        if (names.contains(NEXT)) {
            feeds.putAll(StepInputs.rows(
                    schedule, m.steps(), latents(m, 0), text.ofStep(session, prompts(m), negativePrompt)));
            feeds.put(NEXT, latents(m, 1));
        } else if (names.contains(StepInputs.FRACTIONS)) {
            feeds.put(StepInputs.FRACTIONS, schedule.fractions(m.steps()));
        }
        if (names.contains(LEARNT)) {
            feeds.put(LEARNT, learnt(m));
        }
        if (names.contains(FEATURES)) {
            feeds.put(
                    FEATURES,
                    gather(
                            rollout.features()
                                    .orElseThrow(
                                            () -> new IllegalStateException("the rollout holds no critic features")),
                            m));
        }
        for (String name : names) {
            if (name.startsWith(COLUMN)) {
                feeds.put(name, columnOf(name.substring(COLUMN.length()), m));
            }
        }
        return feeds;
    }

    /** Latents before the steps, or so many steps later. */
    private HostTensor latents(Minibatch m, int later) {
        int[] shape = rollout.latents().shape();
        int size = shape[2] * shape[3] * shape[4];
        int b = m.samples().length;
        float[] rows = new float[b * size];
        for (int i = 0; i < b; i++) {
            int from = (m.samples()[i] * shape[1] + m.steps()[i] + later) * size;
            System.arraycopy(rollout.latents().data(), from, rows, i * size, size);
        }
        return HostTensor.of(rows, b, shape[2], shape[3], shape[4]);
    }

    private List<String> prompts(Minibatch m) {
        return Arrays.stream(m.samples()).mapToObj(rollout.prompts()::get).toList();
    }

    private HostTensor columnOf(String name, Minibatch m) {
        float[][] ofTargets = targets.columns().get(name);
        if (ofTargets != null) {
            float[] rows = new float[m.samples().length];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = ofTargets[m.samples()[i]][m.steps()[i]];
            }
            return HostTensor.of(rows, rows.length);
        }
        HostTensor ofRollout = rollout.columns().get(name);
        if (ofRollout == null) {
            throw new IllegalStateException("the loss reads column '" + name + "', which neither the targets "
                    + targets.columns().keySet() + " nor the rollout "
                    + rollout.columns().keySet() + " hold");
        }
        return gather(ofRollout, m);
    }

    /** Rows {@code [batch, ...]} of {@code [sample, step, ...]}. */
    private static HostTensor gather(HostTensor all, Minibatch m) {
        int[] shape = all.shape();
        int size = all.size() / (shape[0] * shape[1]);
        int b = m.samples().length;
        float[] rows = new float[b * size];
        for (int i = 0; i < b; i++) {
            System.arraycopy(all.data(), (m.samples()[i] * shape[1] + m.steps()[i]) * size, rows, i * size, size);
        }
        int[] gathered = Arrays.copyOfRange(shape, 1, shape.length);
        gathered[0] = b;
        return HostTensor.of(rows, gathered);
    }

    private HostTensor learnt(Minibatch m) {
        float[] rows = new float[m.samples().length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = skipped[m.samples()[i]] ? 0 : 1;
        }
        return HostTensor.of(rows, rows.length);
    }
}
