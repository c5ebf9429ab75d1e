package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.testing.CommandProcess;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** A native library that cannot be loaded, in a JVM that has not loaded it yet. */
public class NativeFailureTest {
    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void isOneMessageWithFolderAndOption() throws IOException, InterruptedException {
        Path cache = Files.writeString(command.file("a-file"), "").resolve("cache");
        CommandProcess.Ended ended = CommandProcess.of(
                        "org.tempera.cli.Main",
                        "sample",
                        CommandRunner.MODELS.resolve("mini-sd").toString(),
                        "--prompt",
                        "x",
                        "--output",
                        command.file("out").toString())
                .withOptions(
                        "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                        // Where JavaCPP goes on to.
                        "-Duser.home=" + cache,
                        "-Djava.io.tmpdir=" + cache)
                .run();
        assertThat(ended.code()).as(ended.output()).isEqualTo(2);
        assertThat(ended.output())
                .contains(cache.toString(), "the folder cannot be written", "-Dorg.bytedeco.javacpp.cachedir=FOLDER")
                .doesNotContain("\tat ");
    }
}
