package org.tempera.spi.algorithm;

import java.util.Map;

/**
 * What a loss is computed against.
 *
 * @param columns by name, each {@code [sample][step]}
 * @param metrics scalars to log once for the epoch, by standard name
 */
public record Targets(Map<String, float[][]> columns, Map<String, Double> metrics) {}
