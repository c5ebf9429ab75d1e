package org.tempera.record.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tempera.testing.Messages.assertMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RunFactsTest {
    private static final RunFacts FACTS = new RunFacts(
            "tdpo-r",
            "stable-diffusion",
            Long.MAX_VALUE,
            List.of(
                    new RunFacts.ScoredBy("aesthetic", "train"),
                    new RunFacts.ScoredBy("size", RunFacts.CONSTRAINT),
                    new RunFacts.ScoredBy("clip", RunFacts.HELD_OUT),
                    new RunFacts.ScoredBy("pick", RunFacts.LOGGED)),
            true,
            8,
            "00ff");

    private Path dir;

    @BeforeMethod
    public void makeFolder() throws IOException {
        dir = Messages.temporaryFolder();
        Files.writeString(dir.resolve("config.conf"), "run {}");
    }

    @AfterMethod
    public void deleteFolder() {
        Messages.delete(dir);
    }

    @Test
    public void areReadAsTheyWereWritten() {
        try (RunFolder folder = RunFolder.view(dir)) {
            assertThat(RunFacts.read(folder)).as("of an earlier version").isEmpty();
            FACTS.write(folder);
            assertThat(RunFacts.read(folder)).contains(FACTS);
        }
    }

    @Test
    public void whatIsOnlyShownJudgesNothing() {
        assertThat(FACTS.heldOut()).containsExactly("clip");
        assertThat(FACTS.shown()).containsExactly("pick", "size");
    }

    @Test
    public void damagedOnesSayWhatToDo() throws IOException {
        Files.writeString(dir.resolve("run.json"), "{\"algorithm\": \"ddpo\", \"policy\": 7}");
        try (RunFolder folder = RunFolder.view(dir)) {
            assertMessage("run-facts-damaged", dir, () -> RunFacts.read(folder));
        }
    }
}
