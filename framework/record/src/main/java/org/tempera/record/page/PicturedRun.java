package org.tempera.record.page;

import java.util.List;
import org.tempera.record.archive.ContactSheet;
import org.tempera.record.metrics.Sample;

/**
 * A run whose pictures are shown.
 *
 * @param name of the run
 * @param group number of its group, which the charts' points lead to
 * @param groupName of its group, for people
 * @param sheet its pictures
 * @param evaluated samples of its evaluations, whose scores are shown below the pictures
 */
record PicturedRun(String name, int group, String groupName, ContactSheet sheet, List<Sample> evaluated) {
    PicturedRun {
        evaluated = List.copyOf(evaluated);
    }
}
