package org.tempera.graph.workers;

import java.util.ArrayList;
import java.util.List;

/** What is done when another worker asks to stop, be it said before or after that. */
final class StopRequests {
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean asked;

    /** Another worker has asked. */
    void asked() {
        List<Runnable> all;
        synchronized (this) {
            asked = true;
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Has this done, once. */
    void then(Runnable stop) {
        synchronized (this) {
            if (!asked) {
                waiting.add(stop);
                return;
            }
        }
        stop.run();
    }
}
