package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RunSettings;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.run.RunFolder;
import org.tempera.testing.Messages;
import org.testng.annotations.Test;

/** An evaluator of an embedder's, and what it gives. */
public class EvaluatorTest {
    private static final RgbImage PICTURE = RgbImage.of(1, 1, new byte[3]);

    @Test
    public void anEvaluationIsOfAsManyPicturesThroughout() {
        Map<String, float[]> one = Map.of("bright", new float[1]);
        assertThatThrownBy(() -> evaluation(0, List.of(), List.of(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an evaluation has at least one picture, and of each its prompt and its scores, was"
                        + " {prompts=0, pictures=0}");
        assertThatThrownBy(() -> evaluation(0, List.of("a", "b"), List.of(PICTURE, PICTURE), one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("was {prompts=2, pictures=2, scores of reward 'bright'=1}");
        List<String> prompts = new ArrayList<>(List.of("a"));
        Evaluation copied = evaluation(0, prompts, List.of(PICTURE), one);
        prompts.clear();
        assertThat(copied.prompts()).containsExactly("a");
    }

    @Test
    public void anEvaluationIsOfTheEpochThatWasAskedFor() {
        try (Trainer trainer = new Trainer(spec(pictures -> evaluation(3, List.of("a"), List.of(PICTURE), Map.of())))) {
            assertThatThrownBy(trainer::evaluate)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was asked for epoch 0, and gave an evaluation of epoch 3");
        }
    }

    @Test
    public void thePromptsThatAreDescribedAreTheEvaluators() {
        List<String> texts = new ArrayList<>();
        MetricSink sink = new MetricSink() {
            @Override
            public void epoch(int epoch, SortedMap<String, Double> values) {}

            @Override
            public void text(int epoch, String name, String markdown) {
                texts.add(name + ":" + markdown.strip());
            }

            @Override
            public void close() {}
        };
        Path folder = Messages.temporaryFolder();
        try (RunFolder run = RunFolder.create(folder.resolve("run"));
                RunRecorder recorder = RunRecorder.open(
                        run, spec(p -> p.draw(0, p.prompts(), 1)), Optional.empty(), List.of(sink), 0, false)) {
            recorder.describe(0);
        } finally {
            Messages.delete(folder);
        }
        assertThat(texts).contains("prompts of the evaluations:a bird");
    }

    /** Of forty prompts an epoch draws eight. */
    @Test
    public void aWarmUpDrawsAPromptThatIsEncoded() {
        List<String> numbers =
                IntStream.range(0, 40).mapToObj(Integer::toString).toList();
        TrainingSpec spec = LongStream.range(1, 40)
                .mapToObj(seed -> SpecCopy.of(spec(p -> p.draw(0, p.prompts(), 1)))
                        .run(new RunSettings(1, seed, Path.of("unused"), 1, 1, 1))
                        .prompts(numbers)
                        .build())
                .filter(s -> !Experience.prompts(s).contains("0"))
                .findFirst()
                .orElseThrow();
        try (Trainer trainer = new Trainer(spec)) {
            assertThatCode(trainer::warmUp).doesNotThrowAnyException();
        }
    }

    private static Evaluation evaluation(
            int epoch, List<String> prompts, List<RgbImage> pictures, Map<String, float[]> rewards) {
        return new Evaluation(epoch, prompts, 1, pictures, Optional.empty(), rewards, Optional.empty(), List.of());
    }

    private interface Measured {
        Evaluation by(Evaluator.Pictures pictures);
    }

    private static TrainingSpec spec(Measured measured) {
        Evaluator evaluator = new Evaluator() {
            @Override
            public Evaluation evaluate(int epoch, Pictures pictures) {
                return measured.by(pictures);
            }

            @Override
            public List<String> prompts(List<String> configured) {
                return List.of("a bird");
            }

            @Override
            public Map<String, String> ruler() {
                return Map.of("evaluator", "birds 1");
            }
        };
        return SpecCopy.of(TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL))
                .evaluator(evaluator)
                .build();
    }
}
