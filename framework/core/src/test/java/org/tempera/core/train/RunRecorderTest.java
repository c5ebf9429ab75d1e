package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.SkipException;
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

    @Test
    public void leavesNothingOpenWhereItCannotBegin() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            throw new SkipException("this system does not list what is open");
        }
        try (RunFolder run = RunFolder.create(folder.resolve("blocked"))) {
            Files.createDirectory(run.metrics());
            assertThatThrownBy(() -> RunRecorder.open(run, spec(0), Optional.empty(), List.of(), 0, false))
                    .isInstanceOf(UserException.class);
            Files.delete(run.metrics());
            Files.writeString(run.samples(), DAMAGED);
            assertThatThrownBy(() -> RunRecorder.open(run, spec(2), Optional.empty(), List.of(), 1, true))
                    .isInstanceOf(UserException.class);
            assertThat(run.metrics())
                    .as("all is read before anything is opened")
                    .doesNotExist();
            assertThat(open(descriptors, run.path()))
                    .isEqualTo(List.of(run.path().resolve("run.lock")));
        }
    }

    private static List<Path> open(Path descriptors, Path folder) throws IOException {
        List<Path> open = new ArrayList<>();
        for (Path descriptor : OwnFiles.list(descriptors)) {
            if (Files.exists(descriptor)) {
                Path file = Files.readSymbolicLink(descriptor);
                if (file.startsWith(folder.toRealPath())) {
                    open.add(folder.resolve(folder.toRealPath().relativize(file)));
                }
            }
        }
        return open;
    }

    private boolean evaluated(String log, int every) throws IOException {
        TrainingSpec spec = spec(every);
        try (RunFolder run = RunFolder.create(folder.resolve("run" + log.length() + every))) {
            Files.writeString(run.samples(), log);
            try (RunRecorder recorder = RunRecorder.open(run, spec, Optional.empty(), List.of(), 1, true)) {
                return recorder.evaluated();
            }
        }
    }

    private static TrainingSpec spec(int every) {
        TrainingSpec s = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        return SpecCopy.of(s)
                .evaluation(new EvaluationSettings(every, Optional.empty(), 8, 3, 4))
                .build();
    }
}
