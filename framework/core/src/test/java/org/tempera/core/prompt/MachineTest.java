package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Machines and processes whose numbers differ in their last bits have keys of their own. */
public class MachineTest {
    private Path proc = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        proc = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(proc);
    }

    private String kind() {
        return Machine.kind(proc, Map.of());
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(proc.resolve(file).getParent());
        Files.writeString(proc.resolve(file), text);
    }

    @Test
    public void processorsOfArmAreToldApart() throws IOException {
        write("cpuinfo", "processor\t: 0\nBogoMIPS\t: 50.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
        String one = kind();
        write("cpuinfo", "processor\t: 0\nBogoMIPS\t: 51.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
        assertThat(kind()).isEqualTo(one);
        write("cpuinfo", "processor\t: 0\nBogoMIPS\t: 50.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n");
        assertThat(kind()).isNotEqualTo(one);
    }

    @Test
    public void instructionsThatAMachineHidesCount() throws IOException {
        write(
                "cpuinfo",
                "model name\t: X\ncpu MHz\t: 2000\nflags\t: avx2 avx512f\n\nmodel name\t: X\ncpu MHz\t: 2001\n");
        String wide = kind();
        assertThat(wide.lines().filter(line -> line.startsWith("model name"))).hasSize(1);
        write("cpuinfo", "model name\t: X\ncpu MHz\t: 2100\nflags\t: avx2\n");
        assertThat(kind()).isNotEqualTo(wide);
    }

    @Test
    public void kindsOfGpusCountAndWhichTheyAreDoesNot() throws IOException {
        String none = kind();
        write("driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA L4\nGPU UUID: \t GPU-1\n");
        String one = kind();
        assertThat(one).isNotEqualTo(none);
        write("driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA L4\nGPU UUID: \t GPU-2\n");
        assertThat(kind()).isEqualTo(one);
        write("driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA H200\nGPU UUID: \t GPU-1\n");
        assertThat(kind()).isNotEqualTo(one);
    }

    @Test
    public void variablesThatChangeNumbersCount() {
        assertThat(Machine.kind(proc, Map.of("TF_ENABLE_ONEDNN_OPTS", "0"))).isNotEqualTo(kind());
        assertThat(Machine.kind(proc, Map.of("EDITOR", "vi"))).isEqualTo(kind());
    }

    @Test
    public void theBuildOfTheNativeLibraryCounts() {
        assertThat(Machine.kind()).contains("jnitensorflow");
    }
}
