package org.tempera.examples.animals.gold;

import java.nio.file.Path;
import org.tempera.spi.Doc;

/** Block {@code gold.simple-animals-gold}. */
public record GoldConfig(@Doc("File of the gold scorer's weights.") Path weights) {}
