package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.run.Messages;
import org.tempera.core.run.RunFolder;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A run that goes on reads no more of its log than the first evaluation. */
public class RunRecorderTest {
    private static final String EVALUATED =
            "{\"epoch\":0,\"phase\":\"evaluation\",\"index\":0,\"prompt\":\"red\",\"seed\":1,\"rewards\":{\"bright\":0.5}}\n";
    private static final String TRAINED =
            "{\"epoch\":1,\"phase\":\"train\",\"index\":0,\"prompt\":\"red\",\"seed\":1,\"rewards\":{\"bright\":0.5}}\n";
    /** Whoever reads it fails. */
    private static final String DAMAGED = "damaged\n";

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Test
    public void readsTheFirstEvaluationAlone() throws IOException {
        assertThat(evaluated(EVALUATED + TRAINED + DAMAGED, 2)).isTrue();
        assertThat(evaluated("", 2)).isFalse();
    }

    @Test
    public void readsNothingWhereNothingIsEvaluated() throws IOException {
        assertThat(evaluated(DAMAGED, 0)).isFalse();
    }

    private boolean evaluated(String log, int every) throws IOException {
        TrainingSpec spec = spec(every);
        try (RunFolder run = RunFolder.create(folder.resolve("run" + log.length() + every))) {
            Files.writeString(run.samples(), log);
            try (RunRecorder recorder = new RunRecorder(run, spec, Optional.empty(), 1, true)) {
                return recorder.evaluated();
            }
        }
    }

    private static TrainingSpec spec(int every) {
        TrainingSpec s = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        return new TrainingSpec(
                s.run(),
                s.sampling(),
                s.optimizer(),
                new EvaluationSettings(every, Optional.empty(), 8, 3, 4),
                s.checkpoint(),
                s.combination(),
                s.policy(),
                s.algorithm(),
                s.critic(),
                s.rewards(),
                s.gold(),
                s.prompts(),
                s.evaluationPrompts());
    }
}
