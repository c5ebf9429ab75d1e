package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginProvenance;
import org.tempera.spi.reward.HostReward;
import org.testng.annotations.Test;

/** A plugin that says null of what it is asked. */
public class NullFactsTest {
    @NullUnmarked
    private static final class Silent implements HostReward {
        @Override
        public float[] score(List<Sample> samples) {
            return new float[samples.size()];
        }

        @Override
        @SuppressWarnings("NullAway") // that is what is tested
        public Map<String, String> provenance() {
            return null;
        }

        @Override
        @SuppressWarnings({"NullAway", "NullOptional"}) // that is what is tested
        public Optional<String> preprocessing() {
            return null;
        }
    }

    @Test
    @SuppressWarnings("NullAway") // that is what is tested
    public void ofAPolicyOrACriticAreThePluginsMistakeToo() {
        Silent silent = new Silent();
        assertThatThrownBy(() -> PluginProvenance.of("the critic", silent, silent::provenance))
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the critic gives null instead of its provenance. It is the plugin's mistake")
                .hasMessageContaining("NullFactsTest");
        assertThatThrownBy(() -> PluginProvenance.of(
                        "the policy", silent, () -> Collections.singletonMap("weights.safetensors", null)))
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the policy gives null instead of its provenance of weights.safetensors.");
        assertThat(PluginProvenance.of("the policy", silent, () -> Map.of("a", "00ff")))
                .containsEntry("a", "00ff");
    }

    @Test
    public void areThePluginsMistake() {
        DiscreetReward reward = new DiscreetReward(new Silent(), new Secrets());
        assertThatThrownBy(reward::provenance)
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("a reward gives null instead of its provenance. It is the plugin's mistake");
        assertThatThrownBy(reward::preprocessing)
                .isInstanceOf(PluginFault.class)
                .hasMessageContaining("its preprocessing");
    }
}
