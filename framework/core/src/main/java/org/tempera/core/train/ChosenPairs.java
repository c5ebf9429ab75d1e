package org.tempera.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.PairCollector;
import org.tempera.record.choice.Choice;
import org.tempera.record.choice.Choices;
import org.tempera.spi.algorithm.RewardTable;

/** Rollouts of pairs of pictures from a file of choices; nothing is drawn, and no reward is asked. */
final class ChosenPairs implements Experience {
    private static final long STREAM = 0x7061697273L;

    private final TrainingModel model;
    private final PairCollector collector;
    private final Choices choices;
    private final ShuffledPasses passes;
    private final int pairs;

    ChosenPairs(TrainingSpec spec, TrainingModel model) {
        this.model = model;
        choices = spec.choices().orElseThrow();
        passes = new ShuffledPasses(choices.decided().size(), spec.run().seed(), STREAM);
        pairs = spec.sampling().samplesPerEpoch() / 2;
        collector = new PairCollector(
                model.encodedPictures().orElseThrow(), spec.policy().shape(), spec.schedule(0));
    }

    private List<Choice> epoch(int complete) {
        return Arrays.stream(passes.at((long) complete * pairs, pairs))
                .mapToObj(choices.decided()::get)
                .toList();
    }

    @Override
    public TrainerState.Begin begin(int complete) {
        List<Choice> chosen = epoch(complete);
        List<String> samples = new ArrayList<>();
        chosen.forEach(c -> samples.addAll(List.of(named(c, c.chosen()), named(c, c.rejected()))));
        return new TrainerState.Begin(
                new EpochSource(passes.seed(), samples),
                before -> collector.begin(chosen, before),
                new Scoring(model, Set.of(), passes.seed(), complete, 2 * pairs));
    }

    private static String named(Choice choice, Path picture) {
        return picture + " for '" + choice.prompt() + "'";
    }

    @Override
    public void collect(int complete, BegunEpoch now, RunListener listener) {
        collector.collect(
                model.session(),
                model.workers(),
                epoch(complete),
                now.rollout(),
                taken -> listener.batchDrawn(complete + 1, taken, 2 * pairs));
    }

    /** 1 for who was chosen and 0 for who was not. */
    @Override
    public Combined rewards(BegunEpoch now) {
        float[] chosen = new float[now.rollout().prompts().size()];
        for (int i = 0; i < chosen.length; i += 2) {
            chosen[i] = 1;
        }
        return new Combined(new RewardTable(chosen, Map.of()), chosen, Map.of(), new boolean[chosen.length]);
    }

    @Override
    public boolean scored() {
        return false;
    }

    @Override
    public Function<int[], Noise> noise(int complete) {
        return samples -> {
            throw new IllegalStateException("pictures of a file were drawn with no noise that is known");
        };
    }
}
