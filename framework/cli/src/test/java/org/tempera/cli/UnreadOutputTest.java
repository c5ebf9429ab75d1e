package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A pipe that its reader leaves, and a disk that is full: the command in a process of its own. */
public class UnreadOutputTest {
    private static final String COMMAND = "\"%s\" -XX:TieredStopAtLevel=1 -cp \"$CLASS_PATH\" org.tempera.cli.Main "
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java"));

    private final CommandRunner command = new CommandRunner();

    @BeforeClass
    public void requireShell() {
        if (File.separatorChar == '\\') {
            throw new SkipException("a script of sh");
        }
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void aPipeThatIsClosedEndsTheCommandQuietly() throws Exception {
        // The reader is gone before the first line.
        assertThat(said("{ " + COMMAND + "plugins; echo $? > code; } | true")).isEmpty();
        assertThat(code()).isEqualTo("141");
    }

    @DataProvider
    public Object[] commands() {
        return new Object[] {"plugins", "plugins --json", "config --docs --json", "--help"};
    }

    @Test(dataProvider = "commands")
    public void aFullDiskIsOneMessage(String arguments) throws Exception {
        Path full = Path.of("/dev/full");
        if (!Files.exists(full)) {
            throw new SkipException("no " + full);
        }
        assertThat(said(COMMAND + arguments + " > " + full + "; echo $? > code").lines())
                .singleElement()
                .asString()
                .startsWith("tempera: the output could not be written (");
        assertThat(code()).isEqualTo("2");
    }

    private String said(String script) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(List.of("sh", "-c", script))
                .directory(command.folder().toFile());
        shell.environment().put("CLASS_PATH", System.getProperty("java.class.path"));
        Process process = shell.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return said;
    }

    private String code() throws IOException {
        return Files.readString(command.file("code")).strip();
    }
}
