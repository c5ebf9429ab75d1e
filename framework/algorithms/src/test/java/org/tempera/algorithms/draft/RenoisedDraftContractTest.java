package org.tempera.algorithms.draft;

/** DRaFT-LV. */
public class RenoisedDraftContractTest extends DraftContractTest {
    @Override
    protected DraftConfig config() {
        return new DraftConfig(8, 1, 1, Truncation.FIXED, 8, 5, 2);
    }
}
