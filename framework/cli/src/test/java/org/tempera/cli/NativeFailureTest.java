package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                        // Where JavaCPP goes on to.
                        "-Duser.home=" + cache,
                        "-Djava.io.tmpdir=" + cache,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.tempera.cli.Main",
                        "sample",
                        CommandRunner.MODELS.resolve("mini-sd").toString(),
                        "--prompt",
                        "x",
                        "--output",
                        command.file("out").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(2);
        assertThat(output)
                .contains(cache.toString(), "the folder cannot be written", "-Dorg.bytedeco.javacpp.cachedir=FOLDER")
                .doesNotContain("\tat ");
    }
}
