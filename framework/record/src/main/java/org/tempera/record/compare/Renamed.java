package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.Sample;

/** Gives runs names of their own: folders of one name may lie in several places. */
final class Renamed {
    private Renamed() {}

    /** The runs, each later one of a name with a number behind it. */
    static List<RunRecord> of(List<RunRecord> runs) {
        Set<String> names = new HashSet<>();
        List<RunRecord> renamed = new ArrayList<>();
        for (RunRecord run : runs) {
            String name = run.name();
            for (int again = 2; !names.add(name); again++) {
                name = run.name() + " (" + again + ")";
            }
            renamed.add(name.equals(run.name()) ? run : of(run, name, run.evaluated()));
        }
        return renamed;
    }

    /** The same run under a name, with these samples of its evaluations. */
    static RunRecord of(RunRecord run, String name, List<Sample> evaluated) {
        return new RunRecord(
                name,
                run.settings(),
                run.control(),
                run.facts(),
                run.epochs(),
                run.costs(),
                run.metrics(),
                evaluated,
                run.ruler(),
                run.evaluations(),
                run.pictures(),
                run.provenance(),
                run.notes());
    }
}
