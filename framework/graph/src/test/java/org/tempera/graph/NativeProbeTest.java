package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class NativeProbeTest {
    /** A driver that never answers would keep it for ever. */
    @Test(timeOut = 120_000)
    public void endsWithWhoeverStartedIt() throws IOException, InterruptedException {
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeProbe.class.getName())
                .redirectErrorStream(true)
                .start();
        probe.getOutputStream().close();
        String printed = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(probe.waitFor()).as(printed).isEqualTo(NativeProbe.ABANDONED);
    }
}
