package org.tempera.verify;

import java.util.Optional;

/**
 * How a case went.
 *
 * @param error the largest of its outputs' errors; NaN or infinite where they cannot be compared
 * @param seconds to compute it
 * @param message what differs, where it does
 */
public record CaseResult(
        String name,
        String kind,
        boolean ok,
        double error,
        double tolerance,
        double seconds,
        Optional<String> message) {}
