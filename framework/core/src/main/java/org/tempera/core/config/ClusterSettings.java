package org.tempera.core.config;

import java.util.List;
import org.tempera.core.workers.GradientSums;
import org.tempera.graph.workers.HostName;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code run.cluster}: the workers that train a run together, each a process of its own. */
public record ClusterSettings(
        @Doc(
                        value =
                                "Addresses of the workers that train the run together, each host:port, the same list for all of them;"
                                        + " the first leads and writes. Empty: one process trains. The environment's TF_CONFIG says the"
                                        + " same where this is empty.",
                        measures = false)
                List<String> workers,
        @Doc(value = "Which of the workers this process is, from 0 on.", measures = false) int index,
        @Doc(
                        value =
                                "How the workers' gradients become one sum. in-order: lane after lane, so that any number of workers gives"
                                        + " the same bits. ring: less is sent where there are many workers or gradients are large, and the"
                                        + " last bits depend on how many there are.",
                        measures = false)
                GradientSums gradients,
        @Doc(value = "Seconds to wait for the other workers at the start.", measures = false) int startSeconds) {
    public ClusterSettings {
        workers = List.copyOf(workers);
        Require.that(
                index >= 0 && index < Math.max(1, workers.size()),
                "index",
                workers.isEmpty()
                        ? "0 where run.cluster.workers names nobody"
                        : "0 to " + (workers.size() - 1) + " for " + workers.size() + " workers",
                index);
        Require.that(startSeconds >= 1, "start-seconds", "at least 1", startSeconds);
    }

    public static ClusterSettings defaults() {
        return new ClusterSettings(List.of(), 0, GradientSums.IN_ORDER, 600);
    }

    /** The same workers as the first of them has them. */
    public ClusterSettings ofFirst() {
        return new ClusterSettings(workers, 0, gradients, startSeconds);
    }

    /** How many processes train the run. */
    public int count() {
        return Math.max(1, workers.size());
    }

    /** How many of so many pieces of work the worker has that has the most of them. */
    public int share(int pieces) {
        return (pieces + count() - 1) / count();
    }

    /** How many workers share this one's machine, itself among them, by the hosts of their addresses. */
    public int onThisHost() {
        return workers.isEmpty()
                ? 1
                : (int) workers.stream()
                        .map(ClusterSettings::host)
                        .filter(host(workers.get(index))::equals)
                        .count();
    }

    private static String host(String address) {
        return HostName.withoutLookUp(address.substring(0, Math.max(0, address.lastIndexOf(':'))));
    }

    /** Whether several workers train the run. */
    public boolean isMany() {
        return workers.size() > 1;
    }
}
