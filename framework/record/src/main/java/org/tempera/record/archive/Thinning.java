package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Chooses some of many. */
final class Thinning {
    private Thinning() {}

    /** At most so many, with first and last: the preferred if they are no more than half, and others evenly. */
    static <T> List<T> thinned(List<T> rows, int most, Predicate<T> preferred) {
        if (rows.size() <= most) {
            return rows;
        }
        TreeSet<Integer> kept = new TreeSet<>();
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (preferred.test(rows.get(i))) {
                first.add(i);
            }
        }
        evenly(first.size(), most / 2).forEach(i -> kept.add(first.get(i)));
        evenly(rows.size(), most - kept.size()).forEach(kept::add);
        return kept.stream().map(rows::get).toList();
    }

    /** Places of at most so many of some, with first and last. */
    static List<Integer> evenly(int size, int most) {
        int count = Math.min(size, most);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(count == 1 ? 0 : (int) ((long) i * (size - 1) / (count - 1)));
        }
        return places;
    }

    /** Every second, with first and last; none of fewer than 4. */
    static <T> List<T> half(List<T> rows) {
        return rows.size() < 4
                ? List.of()
                : evenly(rows.size(), rows.size() / 2).stream().map(rows::get).toList();
    }
}
