package org.tempera.graph.workers;

import java.util.List;

/**
 * The workers of a run and which of them this process is.
 *
 * @param addresses of each worker, {@code host:port}; the first leads
 * @param index of this one
 */
public record Cluster(List<String> addresses, int index) {
    public Cluster {
        addresses = List.copyOf(addresses);
    }
}
