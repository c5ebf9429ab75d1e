package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class FileHashesTest {
    /** FIPS 180-4's example. */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    public void aChangedFileIsHashedAnew() throws IOException {
        Path file = Files.createTempFile("hash", ".bin");
        Files.writeString(file, "abc");
        assertThat(FileHashes.sha256(file)).isEqualTo(OF_ABC).isEqualTo(FileHashes.sha256(file));
        Files.writeString(file, "");
        assertThat(FileHashes.sha256(file)).isEqualTo(OF_NOTHING);
        Files.writeString(file, "abd");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(FileHashes.sha256(file)).isNotEqualTo(OF_ABC);
    }

    @Test
    public void aMissingFileIsNamed() {
        assertThatThrownBy(() -> FileHashes.sha256(Path.of("nowhere.safetensors")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("nowhere.safetensors: cannot be read");
    }
}
