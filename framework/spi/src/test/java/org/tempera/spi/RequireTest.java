package org.tempera.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.Test;

public class RequireTest {
    @Test
    public void saysTheKeyTheRuleAndWhatItFound() {
        Require.that(true, "batch-size", "at least 1", 1);
        assertThatThrownBy(() -> Require.that(false, "batch-size", "at least 1", 0))
                .isInstanceOfSatisfying(ConfigException.class, e -> {
                    assertThat(e.key()).isEqualTo("batch-size");
                    assertThat(e.complaint()).isEqualTo("must be at least 1, was 0");
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch-size must be at least 1, was 0");
    }
}
