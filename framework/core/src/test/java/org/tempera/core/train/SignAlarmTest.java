package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.DetectorSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OnAlarm;
import org.tempera.core.config.OnFall;
import org.tempera.core.config.SteepnessSettings;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Alarm;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What a run does where its pictures leave what they were: a policy that learns brightness makes them lighter. */
public class SignAlarmTest {
    private static final int EPOCHS = 10;

    private Path folder;
    private final List<String> warnings = new ArrayList<>();

    @BeforeClass
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterClass(alwaysRun = true)
    public void deleteFolder() {
        Messages.delete(folder);
    }

    @Test
    public void aDriftIsToldOnceAndInTheVerdict() {
        RunOutcome warned = train(spec(OnAlarm.WARN), "warned", -1);
        assertThat(warned.ended()).isEmpty();
        List<Alarm> alarms = warned.verdict().orElseThrow().alarms();
        assertThat(alarms).isNotEmpty().allMatch(a -> a.kind() == Alarm.Kind.STATISTICS);
        Map<Integer, Double> logged = new TreeMap<>();
        for (MetricRow row : TinyRuns.rows(folder.resolve("warned"))) {
            Optional.ofNullable(row.values().get(MetricNames.alarm("statistics")))
                    .ifPresent(count -> logged.put(row.epoch(), count));
        }
        assertThat(logged).as("of every evaluation after the first").hasSize(EPOCHS);
        logged.forEach((epoch, count) -> assertThat(alarms)
                .as("after the run as while it went on, at epoch %d", epoch)
                .filteredOn(a -> a.epochs().contains(epoch))
                .hasSize(count.intValue()));
        int first = alarms.stream().mapToInt(Alarm::first).min().orElseThrow();
        assertThat(warnings.get(0))
                .startsWith("epoch " + first + ": ")
                .contains(" changed by ")
                .endsWith(": the run may be over-optimising. With evaluation.on-drift = stop it would end here.");
        assertThat(warnings).as("each once").hasSizeLessThanOrEqualTo(alarms.size() + 2);
        assertThat(folder.resolve("warned/report.html"))
                .content()
                .contains(alarms.get(0).sentence());
    }

    @Test(dependsOnMethods = "aDriftIsToldOnceAndInTheVerdict")
    public void aRunEndsAtADriftAndDoesNotGoOnUnlessToldTo() {
        TrainingSpec stop = spec(OnAlarm.STOP);
        RunOutcome ended = train(stop, "ended", -1);
        assertThat(ended.epochs()).isLessThan(EPOCHS);
        assertThat(ended.ended()).hasValueSatisfying(why -> assertThat(why)
                .startsWith("after epoch " + ended.epochs() + ", for ")
                .contains(" changed by "));
        RunOutcome again = TinyRuns.resume(stop, folder.resolve("ended"));
        assertThat(again.ended()).isEqualTo(ended.ended());
        RunOutcome on = TinyRuns.resume(spec(OnAlarm.NOTHING), folder.resolve("ended"));
        assertThat(on.epochs()).isEqualTo(EPOCHS);
        assertThat(TinyRuns.rows(folder.resolve("ended"))).isEqualTo(TinyRuns.rows(folder.resolve("warned")));
    }

    /** Stopped before the first alarm it looks back at the same first evaluation. */
    @Test(dependsOnMethods = "aDriftIsToldOnceAndInTheVerdict")
    public void aRunThatWasStoppedTellsTheSame() {
        train(spec(OnAlarm.WARN), "stopped", 1);
        TinyRuns.resume(spec(OnAlarm.WARN), folder.resolve("stopped"));
        assertThat(TinyRuns.rows(folder.resolve("stopped"))).isEqualTo(TinyRuns.rows(folder.resolve("warned")));
    }

    @Test
    public void whatIsNotMeasuredEndsNoRun() {
        TrainingSpec spec = spec(OnAlarm.STOP);
        TrainingSpec blind = SpecCopy.of(spec)
                .evaluation(spec.evaluation().measuring(false, SteepnessSettings.none()))
                .build();
        assertThatThrownBy(blind::check)
                .isInstanceOf(UserException.class)
                .hasMessage("evaluation.on-drift: expected nothing or warn where no statistics are measured"
                        + " (evaluation.image-statistics, and evaluation.every above 0), found stop\n"
                        + "evaluation.on-steepening: expected nothing or warn where no steepness is measured"
                        + " (evaluation.steepness.radius and evaluation.every above 0), found stop");
    }

    private RunOutcome train(TrainingSpec spec, String name, int stopAfter) {
        warnings.clear();
        try (RunFolder run = RunFolder.create(folder.resolve(name))) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run)) {
                return training.run(Map.of(), new RunListener() {
                    @Override
                    public void warned(String message) {
                        warnings.add(message);
                    }

                    @Override
                    public void epochDone(Progress progress) {
                        if (progress.epoch() == stopAfter) {
                            training.requestStop();
                        }
                    }
                });
            }
        }
    }

    private static TrainingSpec spec(OnAlarm then) {
        TrainingSpec tiny = TinyRuns.spec(EPOCHS, TinyRuns.brightness(), FailurePolicy.FAIL, 0.2);
        return SpecCopy.of(tiny)
                .evaluation(new EvaluationSettings(1, Optional.empty(), 16, 3, 4)
                        .with(new DetectorSettings(OnFall.WARN, 3, then, then))
                        .measuring(true, new SteepnessSettings(0.01)))
                .checkpoint(new CheckpointSettings(1, 20, 0))
                .build();
    }
}
