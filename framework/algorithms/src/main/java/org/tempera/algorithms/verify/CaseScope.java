package org.tempera.algorithms.verify;

import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A micro-batch of which an oracle case gives some views. Those that it does not give are not there. */
abstract class CaseScope implements UpdateScope {
    private final GraphScope graph;
    private final int batchSize;
    private final int latentSize;

    /** A micro-batch of rows of latents, each of so many numbers. */
    CaseScope(GraphScope graph, int batchSize, int latentSize) {
        this.graph = graph;
        this.batchSize = batchSize;
        this.latentSize = latentSize;
    }

    private static IllegalStateException missing(String view) {
        return new IllegalStateException("this kind of case gives no " + view);
    }

    @Override
    public GraphScope graph() {
        return graph;
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public int latentSize() {
        return latentSize;
    }

    @Override
    public Operand<TFloat32> column(String name) {
        throw missing("column '" + name + "'");
    }

    @Override
    public Step step() {
        throw missing("steps");
    }

    @Override
    public Operand<TFloat32> value() {
        throw missing("values");
    }

    @Override
    public Denoising denoising(Renoising how) {
        throw missing("noised latents");
    }

    @Override
    public Operand<TFloat32> unrolled(int steps) {
        throw missing("unrolled steps");
    }

    @Override
    public Operand<TFloat32> unrolled(int steps, Operand<TFloat32> live) {
        throw missing("unrolled steps");
    }

    @Override
    public Operand<TFloat32> lastStepAgain(int draw) {
        throw missing("last step");
    }

    @Override
    public Operand<TFloat32> reward(Operand<TFloat32> latents) {
        throw missing("reward");
    }
}
