package org.tempera.spi.evaluation;

import org.tempera.spi.PluginProvider;
import org.tempera.spi.reward.Reward;

/**
 * The ServiceLoader service of gold scorers: the truth of a world in which it is known.
 *
 * <p>A service of its own, so that no {@code rewards} block can name a gold scorer: it scores evaluation pictures, after
 * the fact, and nothing that trains ever reads it.
 */
public interface GoldProvider<C extends Record> extends PluginProvider<C> {
    Reward create(C config);
}
