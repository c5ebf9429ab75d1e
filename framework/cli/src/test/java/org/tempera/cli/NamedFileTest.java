package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class NamedFileTest {
    @Test
    public void aNameStandsBeforeTheFirstSign() {
        assertThat(NamedFile.of("held-out=a=b.txt", path -> false))
                .isEqualTo(new NamedFile(Optional.of("held-out"), Path.of("a=b.txt")));
        assertThat(NamedFile.of("./a=b.txt", path -> false))
                .isEqualTo(new NamedFile(Optional.empty(), Path.of("./a=b.txt")));
    }

    @Test
    public void nothingIsNoFile() {
        assertThatThrownBy(() -> NamedFile.of("", file -> true))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("expected FILE or NAME=FILE, found nothing.");
    }

    @Test
    public void aFileThatIsThereIsNotTakenApart() {
        Path file = Path.of("runs=1/prompts.txt");
        assertThat(NamedFile.of("runs=1/prompts.txt", file::equals)).isEqualTo(new NamedFile(Optional.empty(), file));
    }
}
