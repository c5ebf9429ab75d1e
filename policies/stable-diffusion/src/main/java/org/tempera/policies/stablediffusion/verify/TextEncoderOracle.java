package org.tempera.policies.stablediffusion.verify;

import java.util.Map;
import org.tempera.nn.verify.TokenIds;
import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
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
        return Cases.floats(runner.run(in -> {
            StableDiffusionNetwork network = Cases.build(policy, in.scope());
            return Map.of(
                    "hidden",
                    network.encodeText(in.scope(), in.input("ids", ids, value.shape()))
                            .hidden());
        }));
    }
}
