package org.tempera.diffusers.verify;

import org.tempera.diffusers.folder.AutoencoderFolder;
import org.tempera.diffusers.vae.Autoencoder;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;

/** The autoencoder of a case: a model's, or one in a folder of its own. */
sealed interface CaseAutoencoder extends AutoCloseable {
    /** A model's, which the runner closes. */
    record OfModel(OpenedCase model) implements CaseAutoencoder {
        @Override
        public Autoencoder build(GraphScope scope) {
            return model.autoencoder(scope);
        }
    }

    /** One that is no model's. */
    record Alone(AutoencoderFolder folder) implements CaseAutoencoder {
        @Override
        public Autoencoder build(GraphScope scope) {
            return folder.build(scope);
        }

        @Override
        public void close() {
            folder.close();
        }
    }

    /** Opens it. */
    static CaseAutoencoder of(OracleCase c, OracleRunner runner) {
        return AutoencoderFolder.reads(c.weights())
                ? new Alone(AutoencoderFolder.open(c.weights(), "vae"))
                : new OfModel(OpenedCase.of(c, runner));
    }

    /** Declares it in the graph. */
    Autoencoder build(GraphScope scope);

    @Override
    default void close() {}
}
