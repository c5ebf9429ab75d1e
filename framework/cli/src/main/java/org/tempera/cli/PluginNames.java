package org.tempera.cli;

import java.util.Iterator;
import org.tempera.runtime.plugin.PluginKind;

/** Names of the plugins that are there, for shells to complete; asked for when the script is printed only. */
abstract class PluginNames implements Iterable<String> {
    private final PluginKind kind;

    private PluginNames(PluginKind kind) {
        this.kind = kind;
    }

    @Override
    public Iterator<String> iterator() {
        return Main.tempera().plugins().names(kind).stream().sorted().iterator();
    }

    /** Those of rewards. */
    static final class Rewards extends PluginNames {
        Rewards() {
            super(PluginKind.REWARD);
        }
    }

    /** Those of algorithms. */
    static final class Algorithms extends PluginNames {
        Algorithms() {
            super(PluginKind.ALGORITHM);
        }
    }
}
