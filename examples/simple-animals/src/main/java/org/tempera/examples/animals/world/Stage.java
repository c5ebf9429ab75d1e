package org.tempera.examples.animals.world;

/** A stage of making the world that lies outside this package; found through ServiceLoader. */
public interface Stage {
    /** Names its checkpoint and its mark of being done. */
    String name();

    /** Stages of lower order run first, after all of this package's. */
    int order();

    void run(World world);
}
