package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.lora.StoredAlphas.Layer;
import org.testng.annotations.Test;

/** Scales of odd files, as diffusers 0.35.2 prints them for such files. */
public class StoredAlphasTest {
    private static Layer layer(String module, int rank, float... alpha) {
        return new Layer(
                Component.UNET, true, module, rank, alpha.length == 0 ? Optional.empty() : Optional.of(alpha[0]));
    }

    @Test
    public void everyLayersOwnAlphaWhereAllAreEqual() {
        List<Layer> layers = List.of(layer("a.attn1.to_q", 4, 1), layer("a.ff.net.2", 4, 1));
        StoredAlphas alphas = new StoredAlphas(layers);
        assertThat(alphas.scale(layers.get(0))).isEqualTo(0.25);
        assertThat(alphas.scale(layers.get(1))).isEqualTo(0.25);
    }

    @Test
    public void theFirstRankIsEveryLayersAlphaWhereThereIsNone() {
        List<Layer> layers = List.of(layer("a.attn1.to_q", 2), layer("a.attn1.to_v", 8));
        StoredAlphas alphas = new StoredAlphas(layers);
        assertThat(alphas.scale(layers.get(0))).isEqualTo(1);
        assertThat(alphas.scale(layers.get(1))).isEqualTo(0.25);
    }

    @Test
    public void attentionTakesTheMostFrequentAlphaAndOtherLayersTheirOwn() {
        List<Layer> layers = List.of(
                layer("a.attn1.to_q", 4, 8),
                layer("a.attn1.to_v", 4, 2),
                layer("a.attn2.to_q", 4, 2),
                layer("a.ff.net.2", 4, 16));
        StoredAlphas alphas = new StoredAlphas(layers);
        assertThat(alphas.scale(layers.get(0))).isEqualTo(0.5);
        assertThat(alphas.scale(layers.get(1))).isEqualTo(0.5);
        assertThat(alphas.scale(layers.get(3))).isEqualTo(4);
    }

    @Test
    public void modelsAreLookedAtApart() {
        Layer text = new Layer(Component.TEXT_ENCODER, true, "b.self_attn.q_proj", 4, Optional.empty());
        StoredAlphas alphas = new StoredAlphas(List.of(layer("a.attn1.to_q", 16), text));
        assertThat(alphas.scale(text)).isEqualTo(1);
    }
}
