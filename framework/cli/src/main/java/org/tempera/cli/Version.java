package org.tempera.cli;

import org.tempera.base.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What `tempera --version` prints: version, the source it was built from, and the Java it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        BuildInfo build = BuildInfo.current();
        return new String[] {
            "tempera " + build.version() + " (" + build.description() + ")",
            "TensorFlow Java " + build.tensorflowVersion() + ", Java " + System.getProperty("java.version"),
        };
    }
}
