package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The builds for CPUs and for GPUs are told apart, by whatever folder they lie in. */
public class NativeBuildTest {
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
    public void thatOfThisProcessIsFound() {
        assertThat(NativeBuild.describe()).contains("tensorflow");
    }

    @Test
    public void anotherContentOrFolderIsAnotherBuild() throws IOException {
        String cpu = of("cpu.jar", "system", "for CPUs");
        assertThat(cpu).isEqualTo("system/libtensorflow_cc.so.2 8 " + cpu.substring(cpu.lastIndexOf(' ') + 1));
        assertThat(of("again.jar", "system", "for CPUs")).isEqualTo(cpu);
        assertThat(of("gpu.jar", "system", "for GPUs")).isNotEqualTo(cpu).isNotEmpty();
        assertThat(of("apart.jar", "system-gpu", "for CPUs")).isNotEqualTo(cpu).isNotEmpty();
        assertThat(of("other.jar", "another", "for CPUs")).isEmpty();
    }

    private String of(String name, String platform, String content) throws IOException {
        Path jar = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("org/tensorflow/internal/c_api/" + platform + "/libtensorflow_cc.so.2"));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return NativeBuild.describe(classes, "system");
        }
    }
}
