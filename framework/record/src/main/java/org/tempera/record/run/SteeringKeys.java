package org.tempera.record.run;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of the block {@code evaluation} by which evaluations may end a run or send it back. Where they only warn,
 * two runs that differ in them were trained alike.
 */
public final class SteeringKeys {
    private static final String BLOCK = "evaluation.";
    private static final String ON_FALL = "on-fall";
    private static final String ON_DRIFT = "on-drift";
    private static final String ON_STEEPENING = "on-steepening";
    private static final String STOP = "stop";
    private static final String ROLL_BACK = "roll-back";

    /** The keys that say what is done where an evaluation speaks of over-optimisation. */
    public static final Set<String> ON_ALARM = Set.of(BLOCK + ON_FALL, BLOCK + ON_DRIFT, BLOCK + ON_STEEPENING);

    /** Their values that steer nothing. */
    public static final String NO_STEERING = "warn or nothing";

    private SteeringKeys() {}

    /**
     * Those that steer a run.
     *
     * @param values of a configuration by key, as HOCON
     */
    public static Set<String> of(Map<String, String> values) {
        Set<String> names = new HashSet<>();
        String onFall = values.getOrDefault(BLOCK + ON_FALL, "");
        if (onFall.equals(STOP) || onFall.equals(ROLL_BACK)) {
            names.addAll(List.of(ON_FALL, "held-out-weights"));
        }
        if (onFall.equals(ROLL_BACK)) {
            names.add("most-roll-backs");
        }
        if (values.getOrDefault(BLOCK + ON_DRIFT, "").equals(STOP)) {
            names.addAll(List.of(ON_DRIFT, "image-statistics"));
        }
        if (values.getOrDefault(BLOCK + ON_STEEPENING, "").equals(STOP)) {
            names.addAll(List.of(ON_STEEPENING, "steepness.radius"));
        }
        if (!names.isEmpty()) {
            names.add("every");
        }
        Set<String> keys = new HashSet<>();
        names.forEach(name -> keys.add(BLOCK + name));
        return keys;
    }
}
