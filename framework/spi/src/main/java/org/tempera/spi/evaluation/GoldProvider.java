package org.tempera.spi.evaluation;

import org.tempera.spi.PluginProvider;
import org.tempera.spi.reward.Reward;

/**
 * The ServiceLoader service of gold scorers: the truth of a world in which it is known.
 *
 * <p>It is a service of its own, so that no {@code rewards} block can name a gold scorer. Gold scores the pictures of
 * evaluations alone, and nothing that trains reads it.
 */
public interface GoldProvider<C extends Record> extends PluginProvider<C> {
    /**
     * Makes the scorer; its files are read here, so that a wrong one is told before anything is built.
     *
     * @throws org.tempera.spi.UserException if what the config names cannot be used
     */
    Reward create(C config);
}
