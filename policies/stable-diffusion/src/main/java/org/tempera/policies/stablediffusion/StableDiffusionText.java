package org.tempera.policies.stablediffusion;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.training.Training;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.tokenizer.ClipPrompts;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/** The text encoder of a Stable Diffusion model, with the adapters that a file has for it: these are never trained. */
public final class StableDiffusionText implements TextEncoder {
    private final ModelFolder folder;
    private final Training training;

    StableDiffusionText(ModelFolder folder, Training training) {
        this.folder = folder;
        this.training = training;
    }

    @Override
    public List<PromptTokenizer> tokenizers() {
        return List.of(new ClipPrompts(folder.tokenizer, folder.textLength()));
    }

    @Override
    public Map<String, Shape> shapes() {
        return Map.of(
                Conditioning.TEXT_STATES,
                Shape.of(folder.textLength(), folder.text.config().width()));
    }

    @Override
    public TextNetwork build(GraphScope scope) {
        ClipTextModel model = new ClipTextModel(
                training.textEncoder(scope, folder.text, Component.TEXT_ENCODER), folder.text.config());
        return (at, ids) -> Conditioning.ofTextStates(model.apply(new Forward(at), fitting(ids.get(0))));
    }

    private Operand<TInt32> fitting(Operand<TInt32> ids) {
        int most = folder.text.config().maxPositions();
        if (ids.shape().get(1) > most) {
            throw new UserException(folder.path + ": its text encoder takes texts of at most " + most
                    + " tokens, but is given " + ids.shape().get(1) + ".");
        }
        return ids;
    }

    @Override
    public long parameterCount() {
        return folder.text.inventory().parameterCount() + training.parameterCount(Component.TEXT_ENCODER);
    }

    @Override
    public Optional<String> fingerprint() {
        return Optional.of(training.fingerprint(folder.text, Component.TEXT_ENCODER));
    }
}
