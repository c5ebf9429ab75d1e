package org.tempera.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Says which build of Tempera this is; part of every run's provenance.
 *
 * @param version the Maven version, such as {@code 0.1.0}
 * @param description {@code git describe} of the sources, with {@code -dirty} where they were changed; {@code unknown}
 *     where it was built outside git, or runs from classes that were not packaged
 * @param tensorflowVersion the version of TensorFlow Java it was built against
 */
public record BuildInfo(String version, String description, String tensorflowVersion) {

    /** Reads what the build recorded beside this class. */
    public static BuildInfo current() {
        Properties version = read("version.properties");
        Properties source = read("source.properties");
        return new BuildInfo(
                version.getProperty("version", "unknown"),
                source.getProperty("describe", "unknown"),
                version.getProperty("tensorflow", "unknown"));
    }

    private static Properties read(String name) {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream(name)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
        return properties;
    }
}
