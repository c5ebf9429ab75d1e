package org.tempera.algorithms.tdpo;

/** Which neurons a reset draws anew. */
public enum ResetMode {
    /** Those that are not dormant: TDPO-R. */
    ACTIVE,
    /** Those that are dormant: ReDo (Sokar et al. 2023). */
    DORMANT,
    /** All hidden neurons. */
    ALL,
    /** None: plain TDPO; dormancy is only measured. */
    NONE;

    boolean resets(boolean dormant) {
        return switch (this) {
            case ACTIVE -> !dormant;
            case DORMANT -> dormant;
            case ALL -> true;
            case NONE -> false;
        };
    }
}
