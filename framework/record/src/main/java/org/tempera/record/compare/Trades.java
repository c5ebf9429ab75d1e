package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Sets numbers of the same weights beside each other. */
final class Trades {
    private Trades() {}

    /** The truth and the proxy beside the KL divergence, and diversity beside the training reward, by set. */
    static List<Trade> of(Map<Measure, List<Line>> lines, Summaries summaries) {
        Set<String> sets = new LinkedHashSet<>();
        lines.keySet().forEach(m -> m.set().ifPresent(sets::add));
        List<Trade> trades = new ArrayList<>();
        for (String set : sets) {
            for (Measure x : of(lines, Measure.Kind.DIVERGENCE, set)) {
                for (Measure.Kind kind : List.of(Measure.Kind.TRUTH, Measure.Kind.PROXY)) {
                    of(lines, kind, set)
                            .forEach(y -> trade(x, y, lines, summaries).ifPresent(trades::add));
                }
            }
            for (Measure y : of(lines, Measure.Kind.DIVERSITY, set)) {
                // The run's own evaluations have the training reward, however many rewards it is made of.
                lines.keySet().stream()
                        .filter(m -> m.kind() == Measure.Kind.PROXY && m.set().isEmpty())
                        .findFirst()
                        .flatMap(x -> trade(x, y, lines, summaries))
                        .ifPresent(trades::add);
            }
        }
        return trades;
    }

    private static List<Measure> of(Map<Measure, List<Line>> lines, Measure.Kind kind, String set) {
        return lines.keySet().stream()
                .filter(m -> m.kind() == kind && m.set().equals(Optional.of(set)))
                .toList();
    }

    private static Optional<Trade> trade(Measure x, Measure y, Map<Measure, List<Line>> lines, Summaries summaries) {
        List<Line> xs = lines.getOrDefault(x, List.of());
        List<Line> ys = lines.getOrDefault(y, List.of());
        Set<Integer> epochs = new TreeSet<>();
        ys.forEach(line -> line.places().forEach(place -> epochs.add(place.epoch())));
        List<Trade.Point> points = new ArrayList<>();
        for (int epoch : epochs) {
            Summary ofX = at(xs, epoch, summaries);
            Summary ofY = at(ys, epoch, summaries);
            if (ofX.seeds() > 0 && ofX.seeds() == xs.size() && ofY.seeds() == ys.size()) {
                points.add(new Trade.Point(epoch, ofX, ofY));
            }
        }
        return points.isEmpty() ? Optional.empty() : Optional.of(new Trade(x, y, points));
    }

    private static Summary at(List<Line> lines, int epoch, Summaries summaries) {
        return summaries.of(lines.stream().mapToDouble(l -> l.atEpoch(epoch)).toArray());
    }
}
