package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.choice.Choice;
import org.tempera.record.choice.Choices;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RolloutColumn;
import org.testng.annotations.Test;

public class MemoryEstimateTest {
    private static final long GIB = 1L << 30;

    @Test
    public void saysWhatIsNeededAndWhatThereIs() {
        assertThatCode(() -> new MemoryEstimate(4 * GIB, GIB, 0, 0, 0, 16 * GIB, 4 * GIB).check())
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new MemoryEstimate(14 * GIB, 3 * GIB, 0, 0, 0, 16 * GIB, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the weights need 14.0 GiB and the latents of an epoch 3.0 GiB, this"
                        + " machine has 16.0 GiB. Use a smaller model, or fewer samples or steps in an epoch.");
        assertThatThrownBy(() -> new MemoryEstimate(GIB, 6 * GIB, 0, 0, 0, 16 * GIB, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the latents of an epoch need 6.0 GiB of Java's heap, which may have 4.0"
                        + " GiB. Raise it, such as with -Xmx9g, or use fewer samples or steps in an"
                        + " epoch.");
    }

    @Test
    public void countsEncodedPromptsAndNotTheirEncoders() {
        assertThatThrownBy(() -> new MemoryEstimate(9 * GIB, 3 * GIB, 0, 5 * GIB, 0, 16 * GIB, 10 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "too little memory: the weights need 9.0 GiB, the latents of an epoch 3.0 GiB and the encoded"
                                + " prompts 5.0 GiB, this machine has 16.0 GiB. Use a smaller model, or fewer samples or steps"
                                + " in an epoch, or fewer prompts.");
        assertThatThrownBy(() -> new MemoryEstimate(GIB, 3 * GIB, 0, 5 * GIB, 0, 16 * GIB, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the latents of an epoch need 3.0 GiB and the encoded prompts 5.0 GiB of"
                        + " Java's heap, which may have 4.0 GiB. Raise it, such as with -Xmx11g, or use fewer samples or"
                        + " steps in an epoch, or fewer prompts.");
        MemoryEstimate tiny = MemoryEstimate.of(TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL), 100);
        assertThat(tiny.weightBytes()).isEqualTo(4 * 10);
        assertThat(tiny.textBytes()).isEqualTo(100 * 4 * 2 * 2);
    }

    @Test
    public void countsThePicturesOfAnEvaluation() {
        assertThatThrownBy(() -> new MemoryEstimate(GIB, GIB, 0, 0, 5 * GIB, 16 * GIB, 4 * GIB).check())
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the pictures of an evaluation need 5.0 GiB of Java's heap, which may"
                        + " have 4.0 GiB. Lower evaluation.samples, or raise it, such as with -Xmx8g.");
        TrainingSpec spec = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        assertThat(MemoryEstimate.of(spec, 1).pictureBytes())
                .isEqualTo(3L
                        * spec.policy().shape().imageHeight()
                        * spec.policy().shape().imageWidth()
                        * spec.evaluation().samples());
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
