package org.tempera.control;

import org.tempera.spi.Doc;

/** Keys of the reward {@code random}. */
public record RandomConfig(@Doc("Decides the numbers, together with the sample's own seed.") long seed) {}
