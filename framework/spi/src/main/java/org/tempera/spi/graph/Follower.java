package org.tempera.spi.graph;

import java.util.Locale;

/** A set of copies of trained parameters that follow them, see {@link GraphScope#follower}. */
public enum Follower {
    /** The behaviour weights. */
    BEHAVIOUR,
    /** A reference policy that moves. */
    REFERENCE;

    /** Name of the copy of a parameter in the graph and in checkpoints. */
    public String nameOf(String parameter) {
        return name().toLowerCase(Locale.ROOT) + "/" + parameter;
    }
}
