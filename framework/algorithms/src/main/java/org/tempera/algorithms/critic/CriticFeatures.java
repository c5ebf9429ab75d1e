package org.tempera.algorithms.critic;

import org.tempera.spi.critic.CriticNetwork.State;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What a critic sees of a denoising state. */
interface CriticFeatures {
    /** Numbers in a row. */
    int width();

    /** Rows {@code [batch, width]}; no gradient is needed. */
    Operand<TFloat32> build(GraphScope scope, State state);

    /** Features that come with the data, as in a verify case. */
    record Given(int width) implements CriticFeatures {
        @Override
        public Operand<TFloat32> build(GraphScope scope, State state) {
            throw new IllegalStateException("this critic is given its features");
        }
    }
}
