package org.tempera.diffusers.lora;

import java.util.List;
import java.util.stream.Stream;
import org.tempera.diffusers.lora.LoraPair.Component;

/**
 * The models that an adapter may be for, so far as they are told apart without one.
 *
 * @param name the family, such as {@code Stable Diffusion 1 or 2}, for messages
 * @param denoiser its denoiser, which a layer belongs to where nothing says another
 * @param textEncoders its text encoders that adapters apply to
 */
public record LoraFamily(String name, Component denoiser, List<Component> textEncoders) {
    public LoraFamily {
        textEncoders = List.copyOf(textEncoders);
    }

    /** All of them, the denoiser first. */
    public List<Component> components() {
        return Stream.concat(Stream.of(denoiser), textEncoders.stream()).toList();
    }
}
