package org.tempera.policies.stablediffusion.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Token ids of prompts: the tokenizer that the policy uses, which needs none of the model's other files. */
public final class TokenizerOracle implements OracleKind {
    private static final int CLIP_POSITIONS = 77;

    @Override
    public String kind() {
        return "tokenizer";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        ClipTokenizer tokenizer = ClipTokenizer.load(folder(c.weights()));
        List<String> texts = c.texts("texts");
        int length = Math.min(tokenizer.maxLength(), positions(c.weights().resolve("text_encoder/config.json")));
        long[] ids = new long[texts.size() * length];
        int at = 0;
        for (String text : texts) {
            for (int id : tokenizer.encode(text, length)) {
                ids[at++] = id;
            }
        }
        return Map.of("ids", new OracleValue.Integers(ids, new int[] {texts.size(), length}));
    }

    /** Tokens of the longest text that the model's encoder reads; CLIP's own where it lies elsewhere. */
    private static int positions(Path config) {
        return ModelFiles.has(config)
                ? ClipTextConfig.read(ModelConfig.read(config)).maxPositions()
                : CLIP_POSITIONS;
    }

    /** A model's tokenizer lies in a folder of its own; a tokenizer alone may be given by its own folder. */
    private static Path folder(Path weights) {
        if (!Files.isDirectory(weights)) {
            throw new UserException(
                    weights + (Files.exists(weights) ? ": is no folder." : ": no such folder.")
                            + " Expected a model in the layout of the diffusers library, or a tokenizer's folder; check the path.");
        }
        Path own = weights.resolve("tokenizer");
        return ModelFiles.has(weights.resolve("vocab.json")) || ModelFiles.has(weights.resolve("tokenizer.json"))
                ? weights
                : own;
    }
}
