package org.tempera.diffusers.verify;

import org.tempera.diffusers.vae.Autoencoder;
import org.tempera.diffusers.vae.HasAutoencoder;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;

/** A case whose model is open. */
record OpenedCase(OracleCase oracle, DiffusionPolicy policy) {
    /** Opens the model, with its adapter if the case names one. */
    static OpenedCase of(OracleCase c, OracleRunner runner) {
        return new OpenedCase(c, runner.openPolicy(c.weights(), c.adapter()));
    }

    /** Declares the model in the graph. */
    Autoencoder autoencoder(GraphScope scope) {
        if (policy.build(scope.child("policy")) instanceof HasAutoencoder network) {
            return network.autoencoder();
        }
        throw unfit("a model with an AutoencoderKL");
    }

    UserException unfit(String needed) {
        return new UserException("kind '" + oracle.kind() + "' needs " + needed + ", found "
                + policy.getClass().getSimpleName() + " in " + oracle.weights() + ".");
    }
}
