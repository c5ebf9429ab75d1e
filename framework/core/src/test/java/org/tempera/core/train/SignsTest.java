package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.SteepnessSettings;
import org.tempera.record.image.RgbImage;
import org.tempera.record.image.statistics.ImageStatistics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.metrics.SignNames;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What an evaluation measures besides scores. */
public class SignsTest {
    private Path folder;

    @BeforeClass
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterClass(alwaysRun = true)
    public void deleteFolder() {
        Messages.delete(folder);
    }

    @Test
    public void everyPictureOfAnEvaluationHasItsStatistics() {
        List<RgbImage> pictures = train(spec(true), "measured");
        List<Sample> samples = SamplesLog.read(folder.resolve("measured/samples.jsonl"));
        assertThat(samples)
                .filteredOn(s -> s.phase() == Sample.Phase.TRAIN)
                .isNotEmpty()
                .allMatch(s -> s.signs().isEmpty());
        List<Sample> evaluated = samples.stream()
                .filter(s -> s.phase() == Sample.Phase.EVALUATION)
                .toList();
        assertThat(evaluated).hasSameSizeAs(pictures);
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(evaluated.get(i).signs())
                    .isEqualTo(ImageStatistics.of(pictures.get(i)).byName());
        }
        double mean = evaluated.stream()
                .filter(s -> s.epoch() == 2)
                .mapToDouble(s -> s.signs().get("saturation"))
                .average()
                .orElseThrow();
        assertThat(TinyRuns.rows(folder.resolve("measured")).get(2).values())
                .containsEntry(MetricNames.sign("saturation"), mean);
    }

    /** All other numbers are those of a run that does not measure them. */
    @Test(dependsOnMethods = "everyPictureOfAnEvaluationHasItsStatistics")
    public void theyAreAddedToWhatThereWas() {
        train(spec(false), "plain");
        List<MetricRow> plain = TinyRuns.rows(folder.resolve("plain"));
        assertThat(plain).allSatisfy(row -> assertThat(row.values().keySet()).noneMatch(n -> n.startsWith("sign/")));
        assertThat(withoutSigns("measured")).isEqualTo(plain);
    }

    /** Brightness falls by the radius wherever it can. */
    @Test(dependsOnMethods = "theyAreAddedToWhatThereWas")
    public void theTrainingRewardsSteepnessIsMeasuredWhereAskedFor() {
        TrainingSpec steep = SpecCopy.of(spec(false))
                .evaluation(spec(false).evaluation().measuring(false, new SteepnessSettings(0.01)))
                .build();
        train(steep, "steep");
        assertThat(SamplesLog.read(folder.resolve("steep/samples.jsonl"), s -> s.phase() == Sample.Phase.EVALUATION))
                .isNotEmpty()
                .allSatisfy(s -> {
                    assertThat(s.signs().keySet()).containsExactly(SignNames.STEEPNESS);
                    assertThat(s.signs().get(SignNames.STEEPNESS)).isBetween(0.003, 0.0100001);
                });
        List<MetricRow> rows = withoutSigns("steep");
        assertThat(rows).isEqualTo(TinyRuns.rows(folder.resolve("plain")));
    }

    @Test
    public void steepnessIsRefusedOfARewardWithoutAGradient() {
        TrainingSpec tiny = TinyRuns.spec(2, (HostReward) samples -> new float[samples.size()], FailurePolicy.FAIL);
        TrainingSpec steep = SpecCopy.of(tiny)
                .evaluation(tiny.evaluation().measuring(true, new SteepnessSettings(0.01)))
                .build();
        assertThatThrownBy(steep::check)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "evaluation.steepness.radius: expected 0, for the reward 'bright', which is trained on, has no"
                                + " gradient that leads to the worst picture, found 0.01");
    }

    private List<MetricRow> withoutSigns(String run) {
        return TinyRuns.rows(folder.resolve(run)).stream()
                .map(row -> {
                    TreeMap<String, Double> values = new TreeMap<>(row.values());
                    values.keySet().removeIf(n -> n.startsWith("sign/") || n.startsWith("alarm/"));
                    return new MetricRow(row.epoch(), values);
                })
                .toList();
    }

    private List<RgbImage> train(TrainingSpec spec, String name) {
        List<RgbImage> pictures = new ArrayList<>();
        try (RunFolder run = RunFolder.create(folder.resolve(name));
                TrainingRun training = TrainingRun.start(spec, run)) {
            training.run(Map.of(), new RunListener() {
                @Override
                public void evaluated(Evaluation evaluation) {
                    pictures.addAll(evaluation.pictures());
                }
            });
        }
        return pictures;
    }

    private static TrainingSpec spec(boolean statistics) {
        TrainingSpec tiny = TinyRuns.spec(2, TinyRuns.brightness(), FailurePolicy.FAIL);
        return SpecCopy.of(tiny)
                .evaluation(tiny.evaluation().measuring(statistics, SteepnessSettings.none()))
                .build();
    }
}
