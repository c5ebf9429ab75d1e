package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class FreeSpaceTest {
    @Test
    public void aFolderThatIsNotThereYetHasTheRoomOfTheOneAboveIt() throws IOException {
        Path folder = Files.createTempDirectory("tempera-space");
        try {
            assertThat(FreeSpace.nearest(folder.resolve("not/yet"))).isEqualTo(folder.toAbsolutePath());
            assertThat(FreeSpace.at(folder.resolve("not/yet")).orElse(0)).isPositive();
        } finally {
            Files.delete(folder);
        }
    }
}
