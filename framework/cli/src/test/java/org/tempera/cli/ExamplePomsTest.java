package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The tests of a project that an author begins with say what they have to say, and the libraries nothing. */
public class ExamplePomsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    @DataProvider
    public Object[][] poms() {
        return new Object[][] {
            {"examples/custom-reward/pom.xml"},
            {"examples/custom-algorithm/pom.xml"},
            {"examples/embed-as-library/pom.xml"},
            {"framework/reward-archetype/src/main/resources/archetype-resources/pom.xml"},
        };
    }

    @Test(dataProvider = "poms")
    public void testsAreQuiet(String pom) throws IOException {
        assertThat(Files.readString(ROOT.resolve(pom)))
                .contains("<TF_CPP_MIN_LOG_LEVEL>2</TF_CPP_MIN_LOG_LEVEL>", "-Dslf4j.internal.verbosity=ERROR");
    }
}
