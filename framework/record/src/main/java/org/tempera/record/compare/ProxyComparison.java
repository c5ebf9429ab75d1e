package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runs on one training reward, which alone are compared with each other.
 *
 * @param proxy name of the training reward
 * @param truth name of what judges: {@code gold}, or {@code held-out}; empty where the runs have neither
 * @param groups in the order in which they were named
 * @param controls groups on random rewards that they are judged against
 * @param atReward at the same training reward; empty with fewer than two groups, or without a truth
 * @param atDivergence at the same KL divergence; empty where that was not measured of two groups
 * @param notes what a reader must know, a sentence each
 * @param signs how the signs of over-optimisation go with the truth, over all runs of the groups
 */
public record ProxyComparison(
        String proxy,
        Optional<String> truth,
        List<Group> groups,
        List<Group> controls,
        Optional<Matched> atReward,
        Optional<Matched> atDivergence,
        List<String> notes,
        List<SignRelation> signs) {
    public ProxyComparison {
        groups = List.copyOf(groups);
        controls = List.copyOf(controls);
        notes = List.copyOf(notes);
        signs = List.copyOf(signs);
    }

    /**
     * Alarms of some runs.
     *
     * @param in which runs these are
     */
    public record Watched(String in, List<SeedAlarm> alarms) {
        public Watched {
            alarms = List.copyOf(alarms);
        }
    }

    /**
     * The alarms by the runs that they are of, where there are some: of each of several groups what is to be told, then
     * of all runs, then of the controls.
     */
    public List<Watched> watched() {
        List<Watched> all = new ArrayList<>();
        if (groups.size() > 1) {
            groups.forEach(g -> all.add(new Watched(
                    g.name(),
                    g.verdict().alarms().stream().filter(SeedAlarm::isTold).toList())));
        }
        all.addAll(watchedTogether());
        return all.stream().filter(w -> !w.alarms().isEmpty()).toList();
    }

    /** Those of all runs, then those of the controls. */
    public List<Watched> watchedTogether() {
        return List.of(new Watched("all runs", alarms()), new Watched("controls", alarmsOfControls()));
    }

    /** What all runs of the groups were watched for. */
    public List<SeedAlarm> alarms() {
        return SeedAlarm.of(groups.stream().flatMap(g -> g.runs().stream()).toList());
    }

    /** What the runs on random rewards were watched for: an alarm there tells of wear, and of no over-optimisation. */
    public List<SeedAlarm> alarmsOfControls() {
        return SeedAlarm.of(controls.stream().flatMap(g -> g.runs().stream()).toList());
    }
}
