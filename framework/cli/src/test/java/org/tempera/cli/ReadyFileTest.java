package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** The file that says when a run is ready; {@link KubernetesTest} has it with several workers. */
public class ReadyFileTest {
    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void whatAnEarlierCommandLeftIsRemovedAndAnybodyElsesFileIsNot() throws IOException {
        Path file = Files.writeString(command.file("ready"), "tempera is ready: 0 of 1\n");
        assertThat(command.run("train", "nothing.conf", "--ready-file", file.toString()))
                .isEqualTo(Failure.USER_ERROR);
        assertThat(file).doesNotExist();

        Files.writeString(file, "mine\n");
        assertThat(command.run("train", "nothing.conf", "--ready-file", file.toString()))
                .isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains("--ready-file " + file, "found something else");
        assertThat(file).hasContent("mine\n");
        assertThat(command.run(
                        "train",
                        "nothing.conf",
                        "--ready-file",
                        command.folder().toString()))
                .isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains("found something else");
    }

    @Test
    public void aFolderThatIsMissingIsToldAtOnce() {
        String file = command.file("nowhere/ready").toString();
        assertThat(command.run("train", "nothing.conf", "--ready-file", file)).isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains("--ready-file " + file + ": its folder does not exist");
    }
}
