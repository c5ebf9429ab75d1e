package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.plan.DiskPlan;
import org.tempera.core.plan.MemoryPlan;
import org.tempera.core.plan.Part;
import org.tempera.core.plan.Room;
import org.tempera.core.plan.RunPlan;
import org.tempera.graph.MachineMemory;
import org.tempera.record.choice.Choice;
import org.tempera.record.choice.Choices;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RolloutColumn;
import org.testng.annotations.Test;

public class MemoryEstimateTest {
    private static final long GIB = 1L << 30;

    private static MemoryEstimate estimate(long weights, long rollout, long text, long pictures, long heap) {
        Part prompts = new Part("encoded prompts", text);
        return new MemoryEstimate(weights, rollout, 0, prompts, 0, pictures, 16 * GIB, heap);
    }

    @Test
    public void saysWhatIsNeededAndWhatThereIs() {
        assertThatCode(() -> estimate(4 * GIB, GIB, 0, 0, 4 * GIB).check()).doesNotThrowAnyException();
        assertThatThrownBy(() -> estimate(14 * GIB, 3 * GIB, 0, 0, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the weights need 14.0 GiB and Java's heap 3.0 GiB (rollout of an epoch"
                        + " 3.0 GiB), this machine has 16.0 GiB. Use a smaller model, or fewer samples or steps in an"
                        + " epoch.");
        assertThatThrownBy(() -> estimate(GIB, 6 * GIB, 0, 0, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the run needs 6.0 GiB of Java's heap (rollout of an epoch 6.0 GiB),"
                        + " which may have 4.0 GiB. Raise it, such as with -Xmx9g, or use fewer samples or steps in an"
                        + " epoch.");
    }

    /** Encoded prompts stay for the run, so that the pictures of an evaluation lie beside them. */
    @Test
    public void planAndTrainAgreeOnWhetherTheHeapSuffices() {
        for (long heap : new long[] {1099, 1100}) {
            MemoryEstimate estimate = estimate(0, 100, 300, 800, heap);
            RunPlan plan = new RunPlan(
                    new MemoryPlan(0, List.of(), estimate.heap(), new Part("text encoders", 0), List.of()),
                    new DiskPlan(0, 0, List.of()),
                    1,
                    1,
                    List.of());
            MachineMemory much = new MachineMemory(GIB);
            Room room = new Room(much, much, new MachineMemory(heap), OptionalLong.empty(), true);
            assertThat(room.lacksHeap(plan)).isEqualTo(heap < 1100);
            assertThat(estimate.fitsHeap()).isEqualTo(heap >= 1100);
            if (heap < 1100) {
                assertThatThrownBy(estimate::check)
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining(" of Java's heap (");
            } else {
                assertThatCode(estimate::check).doesNotThrowAnyException();
            }
        }
    }

    @Test
    public void countsEncodedPromptsAndNotTheirEncoders() {
        assertThatThrownBy(
                        () -> estimate(9 * GIB, 3 * GIB, 5 * GIB, 0, 10 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the weights need 9.0 GiB and Java's heap 8.0 GiB (encoded prompts 5.0"
                        + " GiB, rollout of an epoch 3.0 GiB), this machine has 16.0 GiB. Use a smaller model, or fewer"
                        + " samples or steps in an epoch, or fewer prompts.");
        assertThatThrownBy(() -> estimate(GIB, 3 * GIB, 5 * GIB, 0, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the run needs 8.0 GiB of Java's heap (encoded prompts 5.0 GiB, rollout"
                        + " of an epoch 3.0 GiB), which may have 4.0 GiB. Raise it, such as with -Xmx11g, or use fewer"
                        + " samples or steps in an epoch, or fewer prompts.");
        MemoryEstimate tiny = MemoryEstimate.of(TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL), 100);
        assertThat(tiny.weightBytes()).isEqualTo(4 * 10);
        assertThat(tiny.text())
                .isEqualTo(new Part(
                        "encoded prompts",
                        100 * 4 * 2 * 2,
                        List.of("sampling.prompts", "run.epochs", "evaluation.prompts", "evaluation.samples")));
    }

    @Test
    public void countsThePicturesOfAnEvaluation() {
        assertThatThrownBy(() -> estimate(GIB, GIB, 0, 5 * GIB, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the run needs 5.0 GiB of Java's heap (pictures of an evaluation 5.0"
                        + " GiB), which may have 4.0 GiB. Raise it, such as with -Xmx8g, or use fewer pictures in an"
                        + " evaluation (evaluation.samples).");
        TrainingSpec spec = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        assertThat(MemoryEstimate.of(spec, 1).pictureBytes())
                .isEqualTo(3L
                        * spec.policy().shape().imageHeight()
                        * spec.policy().shape().imageWidth()
                        * spec.evaluation().samples());
    }

    @Test
    public void countsWhatWorkersHandEachOtherBesideTheRollout() {
        MemoryEstimate alone = estimate(GIB, 2 * GIB, 0, GIB, 4 * GIB);
        assertThatCode(() -> alone.withGradients(2 * GIB).check()).doesNotThrowAnyException();
        assertThatThrownBy(() -> alone.withGradients(3 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the run needs 5.0 GiB of Java's heap (exchange with other workers 3.0"
                        + " GiB, rollout of an epoch 2.0 GiB), which may have 4.0 GiB. Raise it, such as with -Xmx8g,"
                        + " or use fewer samples or steps in an epoch, or fewer batches side by side"
                        + " (run.parallel-batches).");
        // A round of batches is over when gradients are summed.
        assertThat(alone.withGradients(3 * GIB).withGradients(GIB).exchangedBytes())
                .isEqualTo(3 * GIB);
    }

    /** An epoch has eight pictures, and the file of choices forty. */
    @Test
    public void countsThePicturesThatTheRunReads() {
        long picture = 4L
                * TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL)
                        .policy()
                        .shape()
                        .latentSize();
        long one = ofChoices(1).rolloutBytes();
        assertThat(ofChoices(2).rolloutBytes() - one).isEqualTo(8 * picture);
        assertThat(ofChoices(1000).rolloutBytes() - one).isEqualTo((40 - 8) * picture);
    }

    private static MemoryEstimate ofChoices(int epochs) {
        TinyReinforce ofPairs = new TinyReinforce() {
            @Override
            public Set<Need> needs() {
                return Set.of(Need.PAIRS);
            }

            @Override
            public List<RolloutColumn> columns() {
                return List.of();
            }
        };
        List<Choice> choices = IntStream.range(0, 20)
                .mapToObj(i -> new Choice(i + 1, "red", Path.of("a" + i), Path.of("b" + i), 1))
                .toList();
        TrainingSpec spec =
                TinyRuns.spec(epochs, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, ofPairs, Optional.empty());
        return MemoryEstimate.of(spec.with(new Choices(Path.of("choices.jsonl"), choices)), 1);
    }
}
