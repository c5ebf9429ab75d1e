package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.plan.Part;
import org.tempera.core.plan.Rehearsal;
import org.tempera.core.plan.RunPlan;
import org.tempera.core.plan.Work;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.workers.GradientSums;
import org.tempera.core.workers.Group;
import org.tempera.graph.MachineMemory;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class PlannedRunTest {
    private static final long GIB = 1L << 30;

    private static Work work(RunPlan plan, String name) {
        return plan.memory().works().stream()
                .filter(w -> w.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Two batches of four samples in three steps; micro-batches of the actor and critic, and eight pictures. */
    @Test
    public void countsWhatARunDoes() {
        TrainingSpec spec = TinyRuns.withCritic(6, 0, 0.05);
        RunPlan plan;
        try (PlannedRun planned = new PlannedRun(spec)) {
            plan = planned.plan();
        }
        assertThat(work(plan, "a step of a batch"))
                .returns(OptionalLong.of(6), Work::perEpoch)
                .returns(6L, Work::perEvaluation)
                .returns(4, Work::rows);
        assertThat(work(plan, "pictures and scores of a batch").perEpoch()).hasValue(2);
        try (Trainer trainer = new Trainer(spec)) {
            trainer.trainEpoch();
            assertThat(work(plan, "the optimiser's step").perEpoch())
                    .hasValue((long) (double) trainer.trainEpoch().metrics().get("train/optimizer_steps") / 2);
        }
        assertThat(plan.evaluations()).isEqualTo(4);
        // The first moment and the second, and a sum of gradients for each number that is trained.
        long critic = bytes(plan, "critic");
        assertThat(bytes(plan, "optimizer/critic")).isEqualTo(3 * critic).isPositive();
        assertThat(bytes(plan, "policy") + bytes(plan, "policy/toy")).isPositive();
    }

    private static long bytes(RunPlan plan, String part) {
        return plan.memory().variables().stream()
                .filter(p -> p.name().equals(part))
                .mapToLong(Part::bytes)
                .sum();
    }

    @Test
    public void aCheckpointIsAsLargeAsPlanned() {
        TrainingSpec spec = TinyRuns.withCritic(6, 16, 0.05);
        long planned;
        try (PlannedRun run = new PlannedRun(spec)) {
            planned = run.plan().disk().checkpointBytes();
        }
        try (Trainer trainer = new Trainer(spec)) {
            trainer.trainEpoch();
            long saved = trainer.checkpoint(OptionalDouble.empty()).tensors().stream()
                    .mapToLong(t -> 4L * t.values().size())
                    .sum();
            assertThat(planned).isEqualTo(saved);
        }
    }

    @Test
    public void everyWorkIsRehearsed() {
        try (PlannedRun run = new PlannedRun(TinyRuns.withCritic(6, 16, 0.05))) {
            Rehearsal rehearsal = run.rehearse();
            assertThat(rehearsal.timed())
                    .extracting(t -> t.work().name())
                    .containsExactlyElementsOf(
                            run.plan().memory().works().stream().map(Work::name).toList());
            assertThat(rehearsal.epochSeconds()).isPositive();
            assertThat(rehearsal.epoch()).containsOnlyKeys("sampling", "reward", "training");
            assertThat(rehearsal.unknown()).isEmpty();
        }
    }

    /** A worker hands on what its lanes have drawn and learnt, and holds what those of all have, in Java's heap. */
    @Test
    public void oneOfSeveralWorkersIsPlannedAsItTrains() {
        RunPlan alone = planned("a:1");
        assertThat(alone.memory().heap().epoch()).extracting(Part::name).containsExactly("rollout of an epoch");
        RunPlan two = planned("a:1", "b:1");
        assertThat(two.memory().heap().epoch())
                .extracting(Part::name)
                .containsExactly("rollout of an epoch", "exchange with other workers");
        assertThat(work(two, "a step of a batch").perEpoch()).hasValue(3);
    }

    /** Of four batches each has one; two have a batch of the evaluation, and a micro-batch of each update. */
    @Test
    public void theWorkerThatHasTheMostToDoIsPlanned() {
        ClusterSettings four = new ClusterSettings(List.of("a:1", "b:1", "c:1", "d:1"), 3, GradientSums.IN_ORDER, 1);
        TrainingSpec tiny = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        TrainingSpec spec = SpecCopy.of(tiny)
                .run(tiny.run().trainedBy(four))
                .sampling(new SamplingSettings(Path.of("unused"), 2, 4, 1, 3, 1.0, 2.0, ""))
                .evaluation(new EvaluationSettings(2, Optional.empty(), 4, 3, 4))
                .build();
        RunPlan plan;
        try (PlannedRun planned = new PlannedRun(spec)) {
            plan = planned.plan();
        }
        assertThat(work(plan, "a step of a batch"))
                .returns(OptionalLong.of(3), Work::perEpoch)
                .returns(3L, Work::perEvaluation);
        assertThat(work(plan, "gradients of a micro-batch").perEpoch()).hasValue(3);
        assertThat(work(plan, "the optimiser's step").perEpoch()).hasValue(3);
        assertThat(spec.idle())
                .singleElement()
                .asString()
                .startsWith(
                        "run.cluster.workers: an update has fewer micro-batches (2) than there are workers (4), so that"
                                + " 2 of them wait in each.");
        assertThat(tiny.idle()).isEmpty();
    }

    /** Two batches of an epoch, two micro-batches of an update, and two batches of an evaluation. */
    @Test
    public void moreSideBySideThanThereAreBatchesAreToldWithBothKeys() {
        TrainingSpec two = sideBySide(2, ClusterSettings.defaults());
        assertThat(two.idle()).isEmpty();
        TrainingSpec many = sideBySide(64, ClusterSettings.defaults());
        String told = "run.parallel-batches: 64 batches side by side are more than the run ever has (batches of an"
                + " epoch, sampling.batches-per-epoch: 2; micro-batches of an update: 2; batches of an evaluation: 2)."
                + " What is beyond 2 takes memory and a share of the threads, and computes nothing. Set"
                + " run.parallel-batches=2, or 0 to have the number chosen; but a run that goes on keeps its number, on"
                + " which the last bits of its weights depend.";
        assertThat(many.idle()).containsExactly(told);
        try (PlannedRun planned = new PlannedRun(sideBySide(3, ClusterSettings.defaults()))) {
            assertThat(planned.warnings()).hasSize(1);
        }
        ClusterSettings workers = new ClusterSettings(List.of("a:1", "b:1"), 1, GradientSums.IN_ORDER, 1);
        assertThat(sideBySide(2, workers).idle())
                .as("of two workers each has half")
                .singleElement()
                .asString()
                .contains(
                        "more than a worker ever has (batches of an epoch, sampling.batches-per-epoch: 1;",
                        "Set run.parallel-batches=1,");
    }

    /** It may draw as many pictures at a time as it likes. */
    @Test
    public void howManySideBySideAProgramsOwnEvaluatorHasIsNotKnown() {
        TrainingSpec many = sideBySide(64, ClusterSettings.defaults());
        Evaluator own = new Evaluator() {
            @Override
            public Evaluation evaluate(int epoch, Pictures pictures) {
                return pictures.draw(
                        epoch, Collections.nCopies(500, pictures.prompts().get(0)), 1);
            }

            @Override
            public Map<String, String> ruler() {
                return Map.of("evaluator", "own 1");
            }
        };
        assertThat(SpecCopy.of(many).evaluator(own).build().idle()).isEmpty();
        assertThat(SpecCopy.of(many)
                        .evaluator(own)
                        .evaluation(new EvaluationSettings(0, Optional.empty(), 4, 3, 4))
                        .build()
                        .idle())
                .as("where it is never asked")
                .hasSize(1);
    }

    private static TrainingSpec sideBySide(int batches, ClusterSettings workers) {
        TrainingSpec tiny = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        RunSettings run = new RunSettings(1, 7, Path.of("unused"), 1, 1, batches);
        return SpecCopy.of(tiny).run(run.trainedBy(workers)).build();
    }

    @Test
    public void gradientsOfAllLanesAreMoreThanThoseOfARing() {
        long ring = gradients(GradientSums.RING, "a:1", "b:1");
        long inOrder = gradients(GradientSums.IN_ORDER, "a:1", "b:1");
        long more = gradients(GradientSums.IN_ORDER, "a:1", "b:1", "c:1");
        assertThat(ring).isPositive().isLessThan(inOrder);
        assertThat(2 * more).isEqualTo(3 * inOrder);
        assertThat(gradients(GradientSums.RING, "a:1", "b:1", "c:1")).isEqualTo(ring);
    }

    private static RunPlan planned(String... workers) {
        ClusterSettings cluster = new ClusterSettings(List.of(workers), 0, GradientSums.IN_ORDER, 1);
        TrainingSpec spec = TinyRuns.withCritic(6, 0, 0.05);
        try (PlannedRun planned = new PlannedRun(
                SpecCopy.of(spec).run(spec.run().trainedBy(cluster)).build())) {
            return planned.plan();
        }
    }

    private static long gradients(GradientSums sums, String... workers) {
        TrainingSpec spec = TinyRuns.withCritic(6, 0, 0.05);
        Group group = PlannedRun.workers(new ClusterSettings(List.of(workers), 0, sums, 1));
        try (TrainingModel model =
                new TrainingModel(spec, group, new RewardCombiner(spec.rewards(), spec.combination()))) {
            return model.learner().exchangedBytes();
        }
    }

    @Test
    public void aRunIsRefusedOnlyWhereNotEvenARowFits() {
        TrainingSpec spec = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        MemoryEstimate host = MemoryEstimate.of(spec, 4);
        try (TrainingModel model =
                new TrainingModel(spec, Group.alone(), new RewardCombiner(spec.rewards(), spec.combination()))) {
            MachineMemory much = new MachineMemory(64 * GIB);
            MachineMemory little = new MachineMemory(100);
            assertThat(MemoryCheck.warning(spec, model, host, much, much)).isEmpty();
            Optional<String> warning = MemoryCheck.warning(spec, model, host, little, much);
            assertThat(warning.orElseThrow())
                    .matches(
                            "the run takes about [\\d.]+ [MG]iB of memory at its peak, and 100 bytes are free for it: the"
                                    + " system may end it for that\\. A plan of the run says which keys would"
                                    + " lower it\\.");
            assertThatThrownBy(() -> MemoryCheck.warning(spec, model, host, little, little))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("too little memory: the run needs ");
        }
    }
}
