package org.tempera.algorithms.d3po;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link D3po}. */
public final class D3poProvider implements AlgorithmProvider<D3poConfig> {
    @Override
    public String name() {
        return "d3po";
    }

    @Override
    public String description() {
        return "Direct preference optimisation of the steps taken, on pairs ranked by the reward (Yang et al. 2023)";
    }

    @Override
    public Class<D3poConfig> configType() {
        return D3poConfig.class;
    }

    @Override
    public D3poConfig defaults() {
        return D3poConfig.defaults();
    }

    @Override
    public Algorithm create(D3poConfig config) {
        return new D3po(config);
    }

    /** {@inheritDoc} An epoch is averaged into few steps. */
    @Override
    public double learningRateFactor() {
        return 3;
    }
}
