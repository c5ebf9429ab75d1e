package org.example.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.tokenizer.ClipPrompts;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Two text encoders: the states of both, one behind the other, and the second one's state at the end of the text. */
final class FlowText implements TextEncoder {
    private final FlowFolder folder;

    FlowText(FlowFolder folder) {
        this.folder = folder;
    }

    @Override
    public List<PromptTokenizer> tokenizers() {
        return List.of(prompts(folder.firstWords), prompts(folder.secondWords));
    }

    private static PromptTokenizer prompts(ClipTokenizer words) {
        return new ClipPrompts(words, words.maxLength());
    }

    @Override
    public Map<String, Shape> shapes() {
        int width = folder.first.config().width();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(
                Conditioning.TEXT_STATES,
                Shape.of(folder.firstWords.maxLength() + folder.secondWords.maxLength(), width));
        shapes.put(Conditioning.POOLED_TEXT, Shape.of(width));
        return shapes;
    }

    @Override
    public TextNetwork build(GraphScope scope) {
        ClipTextModel first = new ClipTextModel(folder.first.frozen(scope), folder.first.config());
        ClipTextModel second = new ClipTextModel(folder.second.frozen(scope), folder.second.config());
        return (at, ids) -> {
            Forward f = new Forward(at);
            Operand<TFloat32> last = second.apply(f, ids.get(1));
            return Conditioning.ofTextStates(f.concat(List.of(first.apply(f, ids.get(0)), last), 1))
                    .with(Conditioning.POOLED_TEXT, second.pooled(f, last, ids.get(1)));
        };
    }

    @Override
    public long parameterCount() {
        return folder.first.inventory().parameterCount()
                + folder.second.inventory().parameterCount();
    }
}
