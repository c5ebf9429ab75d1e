package org.tempera.core.train;

import java.util.List;
import java.util.function.Function;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.RolloutCollector;

/** Rollouts that the policy draws for prompts, scored by the rewards. */
final class DrawnSamples implements Experience {
    private final TrainingSpec spec;
    private final TrainingModel model;
    private final RewardCombiner combiner;
    private final PromptSource prompts;
    private final RolloutCollector collector;
    private final long seed;

    DrawnSamples(TrainingSpec spec, TrainingModel model, RewardCombiner combiner) {
        this.spec = spec;
        this.model = model;
        this.combiner = combiner;
        seed = spec.run().seed();
        prompts = PromptSource.of(spec);
        collector = new RolloutCollector(
                model.drawer(), spec.policy().shape(), seed, spec.sampling().samplesPerNoise());
    }

    @Override
    public TrainerState.Begin begin(int complete) {
        List<String> asked = prompts.epoch(complete);
        return new TrainerState.Begin(
                new EpochSource(
                        seed, asked.stream().map(prompt -> "'" + prompt + "'").toList()),
                before -> collector.begin(asked, spec.schedule(complete), before),
                new Scoring(model, model.rewardNames(), seed, complete, asked.size()));
    }

    @Override
    public void collect(int complete, BegunEpoch now, RunListener listener) {
        collector.collect(
                model.session(),
                model.workers(),
                complete,
                now.rollout(),
                now.scoring().followedBy(listener));
    }

    @Override
    public Combined rewards(BegunEpoch now) {
        return combiner.combine(
                now.rollout().prompts(), now.scoring().scores(), now.scoring().failures());
    }

    @Override
    public boolean scored() {
        return true;
    }

    @Override
    public Function<int[], Noise> noise(int complete) {
        return collector.noise(complete);
    }
}
