package org.tempera.spi.graph;

/**
 * Names a part of the graph that several plugins may share.
 *
 * @param architecture what is built, with everything that shapes it, such as {@code clip-vision 768x12/16}
 * @param weights SHA-256 of the weights, or another text that is equal exactly when the weights are
 */
public record SharedKey(String architecture, String weights) {}
