package org.tempera.algorithms.constrained;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/** A reward that is kept above a bound: its bound, once the base model has been measured, scale and multiplier. */
final class Constraint implements Checkpointable {
    private final RewardNormalisation normalisation;
    private final Multiplier multiplier;
    private Optional<Bound> bound = Optional.empty();

    Constraint(ConstrainedConfig config) {
        normalisation = config.rewardNormalisation().create();
        multiplier = config.multiplier().create();
    }

    RewardNormalisation normalisation() {
        return normalisation;
    }

    Multiplier multiplier() {
        return multiplier;
    }

    /** The bound that the config gives, else what these scores make it, where there is none yet. */
    Bound bound(ConstraintConfig constraint, double margin, double[] scores) {
        Bound known = bound.orElseGet(() -> Bound.below(constraint.margin().orElse(margin), scores));
        Bound now = constraint.bound().map(known::at).orElse(known);
        bound = Optional.of(now);
        return now;
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("normalisation", normalisation.state());
        state.put("multiplier", multiplier.state());
        bound.ifPresent(b -> state.put("bound", b.state()));
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        normalisation.restore(fields.map("normalisation"));
        multiplier.restore(fields.map("multiplier"));
        bound = fields.has("bound") ? Optional.of(Bound.restored(fields.fields("bound"))) : Optional.empty();
    }
}
