package org.tempera.policies.stablediffusion.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Token ids of prompts. */
public final class TokenizerOracle implements OracleKind {
    @Override
    public String kind() {
        return "tokenizer";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        List<String> texts = c.texts("texts");
        int[] ids = Cases.tokenize(policy, texts, texts.size());
        long[] data = Arrays.stream(ids).asLongStream().toArray();
        return Map.of("ids", new OracleValue.Integers(data, new int[] {
            texts.size(), policy.shape().textLength()
        }));
    }
}
