package org.tempera.policies.stablediffusion.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Numbers of the reference implementation (src/test/resources/sd-tiny, as docs/verify makes them). */
public class ParityTest {
    @DataProvider
    public static Object[] cases() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(ParityTest.class.getResource("/sd-tiny")).toURI());
        return FolderCase.read(folder).toArray();
    }

    @Test(dataProvider = "cases")
    public void equalsTheReference(FolderCase c) {
        assertThat(Parity.error(c)).as(c.name()).isLessThan(c.tolerance());
    }
}
