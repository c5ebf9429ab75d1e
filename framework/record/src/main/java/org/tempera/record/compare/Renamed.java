package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tempera.record.archive.RunRecord;

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
            renamed.add(name.equals(run.name()) ? run : run.named(name, run.settings()));
        }
        return renamed;
    }
}
