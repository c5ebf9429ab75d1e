package org.tempera.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.testng.annotations.Test;

/** Which variables count. */
public class NumericEnvironmentTest {
    /** It says which worker a process is: all of them compute alike. */
    @Test
    public void whoTrainsDoesNotCount() {
        assertThat(NumericEnvironment.of(Map.of("TF_CONFIG", "{}"))).isEmpty();
    }

    /** Nor where and how fast it does, nor what XLA is told that has nothing to compile. */
    @Test
    public void whatChangesNoNumberNeedNotBeAlike() {
        Map<String, String> one = Map.of(
                "OMP_NUM_THREADS", "4",
                "TF_NUM_INTRAOP_THREADS", "4",
                "TF_NUM_INTEROP_THREADS", "1",
                "KMP_AFFINITY", "none",
                "CUDA_VISIBLE_DEVICES", "1",
                "XLA_FLAGS", "--xla_gpu_cuda_data_dir=/usr/local/cuda");
        assertThat(NumericEnvironment.of(one)).isEqualTo(one);
        assertThat(NumericEnvironment.alike(one)).isEmpty();
        Map<String, String> compiled = Map.of("TF_XLA_FLAGS", "--tf_xla_auto_jit=2", "XLA_FLAGS", "");
        assertThat(NumericEnvironment.alike(compiled)).isEqualTo(compiled);
    }

    @Test
    public void whatChangesNumbersCountsAndNothingElse() {
        assertThat(NumericEnvironment.of(Map.of("TF_ENABLE_ONEDNN_OPTS", "0", "XLA_FLAGS", "", "HOME", "/root")))
                .containsExactly(Map.entry("TF_ENABLE_ONEDNN_OPTS", "0"), Map.entry("XLA_FLAGS", ""));
    }
}
