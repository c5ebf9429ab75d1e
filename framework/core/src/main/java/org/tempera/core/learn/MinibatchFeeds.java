package org.tempera.core.learn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tempera.core.rollout.Schedule;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/** Gathers the rows of a micro-batch from an epoch's rollout and targets. */
record MinibatchFeeds(
        Rollout rollout,
        Targets targets,
        boolean[] skipped,
        Schedule schedule,
        Map<String, HostTensor> textOf,
        String negativePrompt,
        boolean guided) {
    Learner.UpdateFeeds of(Minibatch m, Set<String> columnNames, int[] dropoutSeed, boolean withFeatures) {
        int b = m.samples().length;
        int[] latentShape = rollout.latents().shape();
        int size = latentShape[2] * latentShape[3] * latentShape[4];
        int perSample = latentShape[1] * size;
        float[] latents = new float[b * size];
        float[] next = new float[b * size];
        for (int i = 0; i < b; i++) {
            int from = m.samples()[i] * perSample + m.steps()[i] * size;
            System.arraycopy(rollout.latents().data(), from, latents, i * size, size);
            System.arraycopy(rollout.latents().data(), from + size, next, i * size, size);
        }
        Map<String, HostTensor> text = new LinkedHashMap<>();
        String[] prompts = new String[b];
        String[] negatives = new String[b];
        for (int i = 0; i < b; i++) {
            prompts[i] = rollout.prompts().get(m.samples()[i]);
            negatives[i] = negativePrompt;
        }
        text.put("positive", text(prompts));
        if (guided) {
            text.put("negative", text(negatives));
        }
        Map<String, HostTensor> columns = new LinkedHashMap<>();
        for (String name : columnNames) {
            float[][] from = targets.columns().containsKey(name)
                    ? targets.columns().get(name)
                    : rollout.columns().get(name);
            if (from == null) {
                throw new IllegalStateException("the loss reads column '" + name + "', which neither the targets "
                        + targets.columns().keySet() + " nor the rollout "
                        + rollout.columns().keySet() + " hold");
            }
            float[] rows = new float[b];
            for (int i = 0; i < b; i++) {
                rows[i] = from[m.samples()[i]][m.steps()[i]];
            }
            columns.put(name, HostTensor.of(rows, b));
        }
        Map<String, HostTensor> features = new LinkedHashMap<>();
        if (withFeatures) {
            HostTensor all = rollout.features()
                    .orElseThrow(() -> new IllegalStateException("the rollout holds no critic features"));
            int steps = all.size(1);
            int width = all.size(2);
            float[] rows = new float[b * width];
            for (int i = 0; i < b; i++) {
                int from = (m.samples()[i] * steps + m.steps()[i]) * width;
                System.arraycopy(all.data(), from, rows, i * width, width);
            }
            features.put("features", HostTensor.of(rows, b, width));
        }
        return new Learner.UpdateFeeds(
                HostTensor.of(latents, b, latentShape[2], latentShape[3], latentShape[4]),
                HostTensor.of(next, b, latentShape[2], latentShape[3], latentShape[4]),
                schedule.timesteps(m.steps()),
                schedule.fractions(m.steps()),
                schedule.coefficients(m.steps()),
                text,
                columns,
                features,
                Map.of(MinibatchGraph.LEARNT, learnt(m)),
                dropoutSeed);
    }

    /** 1 for what is learnt from, 0 for what is skipped. */
    private HostTensor learnt(Minibatch m) {
        float[] rows = new float[m.samples().length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = skipped[m.samples()[i]] ? 0 : 1;
        }
        return HostTensor.of(rows, rows.length);
    }

    private HostTensor text(String[] prompts) {
        HostTensor first = one(prompts[0]);
        int row = first.size();
        float[] all = new float[prompts.length * row];
        for (int i = 0; i < prompts.length; i++) {
            System.arraycopy(one(prompts[i]).data(), 0, all, i * row, row);
        }
        return HostTensor.of(all, prompts.length, first.size(1), first.size(2));
    }

    private HostTensor one(String prompt) {
        HostTensor hidden = textOf.get(prompt);
        if (hidden == null) {
            throw new IllegalStateException("no text states for the prompt '" + prompt + "'");
        }
        return hidden;
    }
}
