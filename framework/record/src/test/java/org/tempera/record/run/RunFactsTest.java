package org.tempera.record.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.testing.Messages.assertMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.spi.UserException;
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
                    new RunFacts.ScoredBy("aesthetic", "train", "aesthetic"),
                    new RunFacts.ScoredBy("size", RunFacts.CONSTRAINT, "jpeg"),
                    new RunFacts.ScoredBy("clip", RunFacts.HELD_OUT, "clip-score"),
                    new RunFacts.ScoredBy("pick", RunFacts.LOGGED, "pick-score")),
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
    public void oneThatGoesOnOtherwiseIsNoRepetition() {
        RunFacts sameKeys = with("tdpo-r", Long.MAX_VALUE, "00ff");
        assertThat(FACTS.goingOnAs(sameKeys, 2)).isEqualTo(FACTS);
        RunFacts other = FACTS.goingOnAs(with("rwr", 9, "11ff"), 2);
        assertThat(other.settings()).isNotEqualTo("11ff").isNotEqualTo(FACTS.settings());
        assertThat(other.algorithms()).isEqualTo("rwr (until epoch 2: tdpo-r, seed " + Long.MAX_VALUE + ")");
        assertThat(other.goingOnAs(with("rwr", 9, "11ff"), 4))
                .as("resumed as it is now")
                .isEqualTo(other);
        assertThat(FACTS.goingOnAs(with("tdpo-r", 9, "00ff"), 2).settings())
                .as("of another seed alone")
                .isNotEqualTo(FACTS.settings());
        assertThat(FACTS.goingOnAs(with("tdpo-r", Long.MAX_VALUE, "11ff"), 3).before())
                .containsExactly("until epoch 3: other keys");
        try (RunFolder folder = RunFolder.view(dir)) {
            other.write(folder);
            assertThat(RunFacts.read(folder)).contains(other);
        }
    }

    private static RunFacts with(String algorithm, long seed, String settings) {
        return new RunFacts(algorithm, FACTS.policy(), seed, FACTS.rewards(), FACTS.gold(), FACTS.pictured(), settings);
    }

    @Test
    public void rolesAndCountsThatThereAreNotAreDamage() throws IOException {
        try (RunFolder folder = RunFolder.view(dir)) {
            FACTS.write(folder);
            Path file = dir.resolve("run.json");
            String whole = Files.readString(file);
            Files.writeString(file, whole.replace("\"held-out\"", "\"judge\""));
            assertThatThrownBy(() -> RunFacts.read(folder))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("as the role of reward 'clip', found 'judge'")
                    .hasMessageContaining("train, held-out, logged, constraint");
            for (String pictured : new String[] {"0", "-3", "2.5", "3000000000"}) {
                Files.writeString(file, whole.replaceFirst("(\"pictured\"\\s*:\\s*)8", "$1" + pictured));
                assertThatThrownBy(() -> RunFacts.read(folder))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("'pictured', found " + pictured);
            }
        }
    }

    @Test
    public void damagedOnesSayWhatToDo() throws IOException {
        Files.writeString(dir.resolve("run.json"), "{\"algorithm\": \"ddpo\", \"policy\": 7}");
        try (RunFolder folder = RunFolder.view(dir)) {
            assertMessage("run-facts-damaged", dir, () -> RunFacts.read(folder));
        }
    }

    /** Tables grow with the square of the names. */
    @Test
    public void aRewardIsThereOnce() throws IOException {
        try (RunFolder folder = RunFolder.view(dir)) {
            FACTS.write(folder);
            Path file = dir.resolve("run.json");
            Files.writeString(file, Files.readString(file).replace("\"pick\"", "\"clip\""));
            assertThatThrownBy(() -> RunFacts.read(folder))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("expected each reward once, found 'clip' twice");
        }
    }
}
