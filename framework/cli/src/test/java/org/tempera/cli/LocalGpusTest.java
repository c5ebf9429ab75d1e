package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class LocalGpusTest {
    private static final Map<String, String> TWO = Map.of("CUDA_VISIBLE_DEVICES", "3, GPU-5a");

    @Test
    public void eachWorkerHasTheGpuOfItsIndex() {
        assertThat(LocalGpus.of(TWO, 0)).hasValue("3");
        assertThat(LocalGpus.of(TWO, 1)).hasValue("GPU-5a");
        assertThat(LocalGpus.of(Map.of(), 1)).isEmpty();
        assertThat(LocalGpus.of(Map.of("CUDA_VISIBLE_DEVICES", "-1"), 0)).isEmpty();
    }

    @Test
    public void moreWorkersThanGpusAreRefused() {
        LocalGpus.require(TWO, 2);
        LocalGpus.require(Map.of(), 9);
        LocalGpus.require(Map.of("CUDA_VISIBLE_DEVICES", "-1"), 9);
        assertThatThrownBy(() -> LocalGpus.require(TWO, 3))
                .isInstanceOf(UserException.class)
                .hasMessage("--local-workers: expected a GPU for each of 3 workers, found 2"
                        + " (CUDA_VISIBLE_DEVICES=3,GPU-5a). Start as many as there are GPUs, name more, or set"
                        + " CUDA_VISIBLE_DEVICES to -1 to train on the processor.");
    }

    @Test
    public void whatWouldShareAGpuIsWarnedOf() {
        assertThat(LocalGpus.warning(Map.of())).get().asString().contains("compute on the first", "=0,1");
        assertThat(LocalGpus.warning(TWO)).get().asString().contains("TF_FORCE_GPU_ALLOW_GROWTH=true");
        assertThat(LocalGpus.warning(Map.of("CUDA_VISIBLE_DEVICES", "0,1", "TF_FORCE_GPU_ALLOW_GROWTH", "true")))
                .isEmpty();
        assertThat(LocalGpus.warning(Map.of("CUDA_VISIBLE_DEVICES", "-1"))).isEmpty();
    }
}
