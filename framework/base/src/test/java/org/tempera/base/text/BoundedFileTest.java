package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.SkipException;
import org.testng.annotations.Test;

public class BoundedFileTest {
    @Test
    public void readsUpToTheBound() throws IOException {
        Path file = Files.createTempFile("bounded", ".txt");
        try {
            Files.writeString(file, "abc");
            assertThat(BoundedFile.readAtMost(file, 3)).asString().isEqualTo("abc");
            assertThatThrownBy(() -> BoundedFile.readAtMost(file, 2))
                    .isInstanceOf(BoundedFile.TooLargeException.class)
                    .hasMessage("expected a file of at most 2 bytes, found 3 bytes");
        } finally {
            Files.delete(file);
        }
    }

    /** Its size is 0, as that of a pipe is. */
    @Test(timeOut = 30_000)
    public void whatHasNoEndIsRefused() {
        Path endless = Path.of("/dev/zero");
        if (!Files.exists(endless)) {
            throw new SkipException("a device of Unix");
        }
        assertThatThrownBy(() -> BoundedFile.readAtMost(endless, 1 << 20))
                .isInstanceOf(BoundedFile.TooLargeException.class)
                .hasMessage("expected a file of at most 1 MiB, found more");
    }
}
