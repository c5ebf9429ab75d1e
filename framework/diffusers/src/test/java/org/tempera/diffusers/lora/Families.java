package org.tempera.diffusers.lora;

import java.util.List;
import org.tempera.diffusers.lora.LoraPair.Component;

/** Families of models that the tests of this package are about. */
final class Families {
    static final LoraFamily STABLE_DIFFUSION =
            new LoraFamily("Stable Diffusion 1 or 2", Component.UNET, List.of(Component.TEXT_ENCODER));

    private Families() {}
}
