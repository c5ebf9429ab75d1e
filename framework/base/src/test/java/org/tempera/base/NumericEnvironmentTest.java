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

    @Test
    public void whatChangesNumbersCountsAndNothingElse() {
        assertThat(NumericEnvironment.of(Map.of("TF_ENABLE_ONEDNN_OPTS", "0", "XLA_FLAGS", "", "HOME", "/root")))
                .containsExactly(Map.entry("TF_ENABLE_ONEDNN_OPTS", "0"), Map.entry("XLA_FLAGS", ""));
    }
}
