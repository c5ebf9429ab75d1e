package org.tempera.record.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of a row of things, however long it is: every one, then every second, every fourth and so on, so that there
 * are never more than so many; and the last.
 */
public final class Thinned<T> {
    private final int most;
    private List<T> all = new ArrayList<>();
    private Optional<T> last = Optional.empty();
    private long seen;
    private long stride = 1;

    /** @param most at least 2 */
    public Thinned(int most) {
        this.most = most;
    }

    /** Takes the next one. */
    public void add(T next) {
        last = Optional.of(next);
        if (seen++ % stride == 0) {
            // One place is the last one's.
            if (all.size() == most - 1) {
                stride *= 2;
                List<T> half = new ArrayList<>();
                for (int i = 0; i < all.size(); i += 2) {
                    half.add(all.get(i));
                }
                all = half;
                if ((seen - 1) % stride != 0) {
                    return;
                }
            }
            all.add(next);
        }
    }

    /** Those that are kept, in their order. */
    public List<T> kept() {
        List<T> kept = new ArrayList<>(all);
        last.filter(x -> all.isEmpty() || !all.get(all.size() - 1).equals(x)).ifPresent(kept::add);
        return kept;
    }
}
