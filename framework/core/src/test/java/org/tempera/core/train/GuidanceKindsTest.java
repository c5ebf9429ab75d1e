package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.sample.ImageSampler;
import org.tempera.core.sample.SampleSettings;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.Drawing;
import org.tempera.spi.policy.Guidance;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.Test;

/** How a policy is steered decides what a guidance scale and a negative prompt do. */
public class GuidanceKindsTest {
    @Test
    public void anEmbeddedScaleReachesTheNetworkInOnePass() {
        RgbImage little = draw(Guidance.EMBEDDED, 0.1);
        assertThat(draw(Guidance.EMBEDDED, 0.5)).isNotEqualTo(little);
        assertThat(draw(Guidance.EMBEDDED, 0.1)).isEqualTo(little);
        TrainingSpec embedded = spec(Guidance.EMBEDDED, 2, "");
        try (Trainer trainer = new Trainer(embedded);
                Trainer twice = new Trainer(spec(Guidance.CLASSIFIER_FREE, 2, ""))) {
            assertThat(trainer.trainEpoch().metrics()).containsEntry(MetricNames.ON_POLICY_RATIO_ERROR, 0.0);
            twice.trainEpoch();
            assertThat(trainer.operationsPerEpoch()).isLessThan(0.6 * twice.operationsPerEpoch());
        }
        assertThat(embedded.steeredFrom()).isEmpty();
    }

    @Test
    public void withoutGuidanceTheScaleOfNoneDrawsWhatClassifierFreeGuidanceDrawsWhenItIsOff() {
        assertThat(draw(Guidance.NONE, 1)).isEqualTo(draw(Guidance.CLASSIFIER_FREE, 1));
    }

    @Test
    public void whatMeansNothingToThePolicyIsRefused() {
        refused(
                spec(Guidance.NONE, 5, "blurry"),
                "sampling.guidance-scale: the policy knows no guidance; expected 1, found 5.0\n"
                        + "sampling.negative-prompt: the policy does not run on one; expected none, found 'blurry'");
        refused(
                spec(Guidance.EMBEDDED, 3.5, "blurry"),
                "sampling.negative-prompt: the policy does not run on one; expected none, found 'blurry'");
        spec(Guidance.NONE, 1, "").check();
        spec(Guidance.EMBEDDED, 3.5, "").check();
        assertThatThrownBy(() -> draw(Guidance.NONE, 7.5))
                .isInstanceOf(UserException.class)
                .hasMessage("drawing pictures: guidance-scale: the policy knows no guidance; expected 1, found 7.5");
    }

    @Test
    public void aModelIsDrawnFromAtAScaleThatItKnows() {
        for (Guidance guidance : Guidance.values()) {
            assertThat(draw(guidance, Drawing.of(guidance).guidanceScale())).isNotNull();
        }
    }

    private static void refused(TrainingSpec spec, String message) {
        assertThatThrownBy(spec::check).isInstanceOf(UserException.class).hasMessage(message);
    }

    private static TrainingSpec spec(Guidance guidance, double scale, String negativePrompt) {
        TrainingSpec tiny =
                TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL, 0, new TinyReinforce(), Optional.empty());
        SamplingSettings s = tiny.sampling();
        return SpecCopy.of(tiny)
                .policy(new ToyPolicy().steered(guidance))
                .sampling(new SamplingSettings(
                        s.prompts(),
                        s.batchSize(),
                        s.batchesPerEpoch(),
                        s.samplesPerPrompt(),
                        s.steps(),
                        s.eta(),
                        scale,
                        negativePrompt))
                .build();
    }

    private static RgbImage draw(Guidance guidance, double scale) {
        try (ImageSampler sampler = new ImageSampler(
                new ToyPolicy().steered(guidance),
                new SampleSettings(3, 1, scale, "", Optional.empty(), Optional.empty(), 1),
                7,
                new ThreadSettings(1, 1))) {
            return sampler.draw("red", 1);
        }
    }
}
