package org.tempera.policies.stablediffusion.verify;

import java.util.List;
import java.util.Map;
import org.tempera.diffusers.verify.TensorCase;
import org.tempera.nn.verify.TokenIds;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Text states of token ids. */
public final class TextEncoderOracle implements OracleKind {
    @Override
    public String kind() {
        return "text-encoder";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        OracleValue.Integers value = c.integers("ids");
        int[] ids = TokenIds.require(value, policy.vocabularySize(), policy.maxPositions(), c.weights());
        return TensorCase.floats(runner.run(in -> {
            TextNetwork network = policy.text().build(in.scope().child("policy"));
            return Map.of(
                    "hidden",
                    network.encode(in.scope(), List.of(in.input("ids", ids, value.shape())))
                            .textStates());
        }));
    }
}
