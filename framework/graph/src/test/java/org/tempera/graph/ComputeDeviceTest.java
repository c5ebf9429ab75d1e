package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What is decided by whether there is a GPU, as far as a machine without one can show it. */
public class ComputeDeviceTest {
    private static final ComputeDevice CPU = new ComputeDevice("CPU", "/device:CPU:0", 1 << 28);
    private static final ComputeDevice GPU = new ComputeDevice("GPU", "/device:GPU:0", 1L << 34);

    @Test
    public void tensorFlowTellsItsDevices() {
        assertThat(ComputeDevice.all())
                .anyMatch(d -> d.type().equals("CPU") && d.name().endsWith("device:CPU:0"));
    }

    @DataProvider
    public Object[][] asked() {
        return new Object[][] {{"0"}, {"1,2"}, {"GPU-5f3c"}};
    }

    @Test(dataProvider = "asked")
    public void aGpuThatIsAskedForMustBeThere(String value) {
        Map<String, String> environment = Map.of("CUDA_VISIBLE_DEVICES", value);
        assertThatThrownBy(() -> ComputeDevice.requireAsked(environment, List.of(CPU)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("CUDA_VISIBLE_DEVICES=" + value + " asks for a GPU, and TensorFlow finds none")
                .hasMessageContaining("tempera doctor");
        assertThatCode(() -> ComputeDevice.requireAsked(environment, List.of(CPU, GPU)))
                .doesNotThrowAnyException();
    }

    @DataProvider
    public Object[][] notAsked() {
        return new Object[][] {
            {Map.of()},
            {Map.of("CUDA_VISIBLE_DEVICES", "")},
            {Map.of("CUDA_VISIBLE_DEVICES", "-1")},
            {Map.of("CUDA_VISIBLE_DEVICES", "NoDevFiles")}
        };
    }

    @Test(dataProvider = "notAsked")
    public void elseTheProcessorWillDo(Map<String, String> environment) {
        assertThatCode(() -> ComputeDevice.requireAsked(environment, List.of(CPU)))
                .doesNotThrowAnyException();
    }

    /** Its queueless executor would wait for the other device's graph in the thread that this one needs. */
    @Test
    public void onAGpuOperationsAreQueued() {
        for (ThreadSettings threads : List.of(new ThreadSettings(1, 1), new ThreadSettings(1, 2, 4))) {
            assertThat(TrainingSession.executor(threads, false)).isEqualTo("SINGLE_THREADED_EXECUTOR");
            assertThat(TrainingSession.executor(threads, true)).isEmpty();
        }
        assertThat(TrainingSession.executor(new ThreadSettings(2, 2), false)).isEmpty();
    }
}
