package org.tempera.algorithms.verify;

import java.util.Arrays;
import org.tempera.algorithms.critic.StoredCritic;
import org.tempera.algorithms.loss.ClippedValueLoss;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;

/** Inputs of oracle cases about a critic, checked. */
final class CriticCases {
    private CriticCases() {}

    static HostTensor features(OracleCase c, StoredCritic critic) {
        HostTensor features = c.tensor("features");
        if (features.rank() != 2 || features.size(1) != critic.featureWidth()) {
            throw new UserException(at(c, "features") + "expected [n, " + critic.featureWidth()
                    + "], the critic's inputs, found " + Arrays.toString(features.shape()));
        }
        return features;
    }

    static HostTensor rows(OracleCase c, String key, int rows) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 1 || t.size(0) != rows) {
            throw new UserException(at(c, key) + "expected [" + rows + "], one for each row of features, found "
                    + Arrays.toString(t.shape()));
        }
        return t;
    }

    static ClippedValueLoss valueLoss(OracleCase c) {
        try {
            return new ClippedValueLoss(c.number("clip_range"));
        } catch (IllegalArgumentException e) {
            throw new UserException(at(c, "clip_range") + e.getMessage(), e);
        }
    }

    static String at(OracleCase c, String key) {
        return "case '" + c.name() + "', input '" + key + "': ";
    }
}
