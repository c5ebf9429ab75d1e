package org.tempera.nn.verify;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.text.PromptTokenizer;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Kind {@code clip-text}: texts, or token ids, to CLIP's text embeddings. */
public final class ClipTextOracle implements OracleKind {
    private record Tokens(int[] ids, int[] shape) {}

    @Override
    public String kind() {
        return "clip-text";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        PretrainedClip clip = PretrainedClip.open(c.weights(), false);
        Tokens tokens = c.hasInput("texts") ? tokenized(clip, c.texts("texts")) : given(c, clip);
        return Map.of(
                "embedding",
                new OracleValue.Floats(requireNonNull(runner.run(inputs -> Map.of(
                                "embedding",
                                clip.embedTexts(inputs.scope(), inputs.input("ids", tokens.ids(), tokens.shape()))))
                        .get("embedding"))));
    }

    private static Tokens tokenized(PretrainedClip clip, List<String> texts) {
        PromptTokenizer tokenizer = clip.tokenizer();
        int length = tokenizer.length();
        int[] ids = new int[texts.size() * length];
        for (int i = 0; i < texts.size(); i++) {
            System.arraycopy(tokenizer.tokenize(texts.get(i)), 0, ids, i * length, length);
        }
        return new Tokens(ids, new int[] {texts.size(), length});
    }

    private static Tokens given(OracleCase c, PretrainedClip clip) {
        OracleValue.Integers ids = c.integers("ids");
        return new Tokens(
                TokenIds.require(ids, clip.vocabularySize(), clip.maxPositions(), clip.folder()), ids.shape());
    }
}
