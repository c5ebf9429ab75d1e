package org.tempera.policies.stablediffusion.verify;

import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;

/** What the kinds of this package have in common. */
final class Cases {
    private Cases() {}

    /** Opens the case's model, with its adapter if it names one. */
    static StableDiffusionPolicy policy(OracleCase c, OracleRunner runner) {
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        if (policy instanceof StableDiffusionPolicy stable) {
            return stable;
        }
        throw new UserException("kind '" + c.kind() + "' needs a Stable Diffusion folder, found "
                + policy.getClass().getSimpleName() + " in " + c.weights());
    }

    static StableDiffusionNetwork build(StableDiffusionPolicy policy, GraphScope scope) {
        return policy.build(scope.child("policy"));
    }
}
