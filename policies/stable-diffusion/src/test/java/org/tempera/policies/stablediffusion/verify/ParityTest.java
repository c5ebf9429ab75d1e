package org.tempera.policies.stablediffusion.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Numbers of the reference implementation: {@code sd-tiny} as docs/verify makes it, {@code mixed-blocks} as {@code
 * src/test/python/make_odd_models.py} does.
 */
public class ParityTest {
    @DataProvider
    public static Object[] cases() throws IOException, URISyntaxException {
        List<FolderCase> cases = new ArrayList<>();
        for (String folder : List.of("/sd-tiny", "/mixed-blocks")) {
            cases.addAll(FolderCase.read(Path.of(
                    Objects.requireNonNull(ParityTest.class.getResource(folder)).toURI())));
        }
        return cases.toArray();
    }

    @Test(dataProvider = "cases")
    public void equalsTheReference(FolderCase c) {
        assertThat(Parity.error(c)).as(c.name()).isLessThan(c.tolerance());
    }
}
