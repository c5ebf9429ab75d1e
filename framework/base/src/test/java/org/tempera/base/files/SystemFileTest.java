package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class SystemFileTest {
    /** What a driver or a vendor writes is in no encoding that is known. */
    @Test
    public void eachByteIsALetter() throws IOException {
        Path file = Files.createTempFile("system", null);
        try {
            Files.write(file, new byte[] {'N', 'V', (byte) 0xAE, '\n'});
            assertThat(SystemFile.text(file)).isEqualTo("NV\u00ae\n");
        } finally {
            Files.delete(file);
        }
        assertThat(SystemFile.text(file)).isEmpty();
    }
}
