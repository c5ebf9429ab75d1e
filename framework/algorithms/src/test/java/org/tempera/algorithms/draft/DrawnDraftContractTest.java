package org.tempera.algorithms.draft;

import java.util.Optional;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.UpdateConfig;

/** The number of steps drawn for each micro-batch, as in AlignProp. */
public class DrawnDraftContractTest extends DraftContractTest {
    @Override
    protected DraftConfig config() {
        return new DraftConfig(
                new UpdateConfig(8, 1, 1),
                4,
                Truncation.NORMAL,
                2,
                1,
                0,
                false,
                Optional.empty(),
                DistanceConfig.none());
    }
}
