package org.tempera.algorithms.draft;

import java.util.Optional;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.UpdateConfig;

/** DRaFT-LV. */
public class RenoisedDraftContractTest extends DraftContractTest {
    @Override
    protected DraftConfig config() {
        return new DraftConfig(
                new UpdateConfig(8, 1, 1),
                1,
                Truncation.FIXED,
                8,
                5,
                2,
                false,
                Optional.empty(),
                DistanceConfig.none());
    }
}
