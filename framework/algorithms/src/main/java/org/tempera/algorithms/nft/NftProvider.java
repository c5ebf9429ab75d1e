package org.tempera.algorithms.nft;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.DecayKind;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;

/** Provides {@link Nft}. */
public final class NftProvider implements AlgorithmProvider<NftConfig> {
    @Override
    public String name() {
        return "nft";
    }

    @Override
    public String description() {
        return "DiffusionNFT: denoising of the policy's own samples, towards good ones and away from bad ones (Zheng et al. 2025)";
    }

    @Override
    public Class<NftConfig> configType() {
        return NftConfig.class;
    }

    @Override
    public NftConfig defaults() {
        return NftConfig.defaults();
    }

    @Override
    public Algorithm create(NftConfig config) {
        return new Nft(config);
    }

    /** {@inheritDoc} All timesteps of several samples are averaged into a step. */
    @Override
    public double learningRateFactor() {
        return 3;
    }

    /** {@inheritDoc} They draw, and follow ever more slowly: the published schedule. */
    @Override
    public BehaviourSettings behaviour() {
        return new BehaviourSettings(
                true, false, new FollowSettings(DecayKind.LINEAR, 0.5, 0.001, 0, 1, FollowUnit.EPOCHS));
    }
}
