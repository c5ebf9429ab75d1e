package org.tempera.record.compare;

import java.util.List;

/**
 * A number of one run as it went on.
 *
 * @param places where it was measured, by ascending epoch
 * @param values one for each place; NaN where there is none
 */
public record RunLine(Measure measure, List<ComparedRun.Spent> places, List<Double> values) {
    public RunLine {
        places = List.copyOf(places);
        values = List.copyOf(values);
    }
}
