package org.tempera.algorithms.draft;

import java.util.Optional;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.UpdateConfig;

/** ReFL: one of the last steps, whose estimate of the sample is rewarded as far as it lacks of a margin. */
public class ReflContractTest extends DraftContractTest {
    @Override
    protected DraftConfig config() {
        return new DraftConfig(
                new UpdateConfig(8, 1, 1),
                3,
                Truncation.UNIFORM,
                8,
                5,
                0,
                true,
                Optional.of(2.0),
                DistanceConfig.none());
    }
}
