package org.tempera.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.tempera.spi.policy.Guidance;
import org.testng.annotations.Test;

public class SamplingSettingsTest {
    private static SamplingSettings settings(double scale, String negativePrompt) {
        return new SamplingSettings(Path.of("prompts.txt"), 8, 4, 1, 50, 1, scale, negativePrompt);
    }

    @Test
    public void withoutASecondPassNoScaleAndNoNegativePromptTakeEffect() {
        assertThat(settings(0.5, "grey").resolved(Guidance.CLASSIFIER_FREE)).isEqualTo(settings(Guidance.OFF, ""));
        assertThat(settings(2, "grey").resolved(Guidance.CLASSIFIER_FREE)).isEqualTo(settings(2, "grey"));
        assertThat(settings(0.5, "").resolved(Guidance.NONE)).isEqualTo(settings(Guidance.OFF, ""));
    }

    @Test
    public void everyScaleThatIsAnInputTakesEffect() {
        assertThat(settings(0.5, "").resolved(Guidance.EMBEDDED)).isEqualTo(settings(0.5, ""));
        assertThat(settings(0.9, "").resolved(Guidance.EMBEDDED))
                .isNotEqualTo(settings(0.5, "").resolved(Guidance.EMBEDDED));
    }
}
