package org.tempera.runtime.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tempera.testing.StubLibrary;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The dynamic section of made libraries, of the system's own, and of what is none. */
public class ElfFileTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Test
    public void saysWhatItNeedsAndWhereItLooks() {
        Path file = StubLibrary.of("libone.so.1")
                .needing("libtwo.so.2", "libthree.so.3")
                .lookingIn("$ORIGIN:$ORIGIN/../nvidia/lib")
                .write(folder.resolve("libone.so.1"));
        ElfFile read = ElfFile.read(file);
        assertThat(read.machine()).isEqualTo(ElfFile.X86_64);
        assertThat(read.soname()).contains("libone.so.1");
        assertThat(read.needed()).containsExactly("libtwo.so.2", "libthree.so.3");
        assertThat(read.runPath()).containsExactly("$ORIGIN", "$ORIGIN/../nvidia/lib");
        assertThat(read.first()).isFalse();
        assertThat(LibrarySearch.folders(read)).containsExactly(folder, folder.resolve("../nvidia/lib"));
    }

    @Test
    public void theOlderPathComesFirst() {
        Path file = new StubLibrary(ElfFile.AARCH64, "", List.of(), "/opt/lib", true).write(folder.resolve("a.so"));
        ElfFile read = ElfFile.read(file);
        assertThat(read.first()).isTrue();
        assertThat(read.machine()).isEqualTo(ElfFile.AARCH64);
        assertThat(read.soname()).isEmpty();
    }

    /** What a compiler and a linker made, where the system has it. */
    @Test
    public void readsJavasOwnLibrary() {
        Path jvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        if (!Files.exists(jvm)) {
            throw new SkipException("no " + jvm);
        }
        assertThat(ElfFile.read(jvm).soname()).contains("libjvm.so");
        assertThat(ElfFile.read(jvm).needed()).anyMatch(name -> name.startsWith("libc."));
    }

    @Test
    public void everyBeginningOfOneIsAMessage() throws IOException {
        byte[] whole = StubLibrary.of("libone.so.1").needing("libtwo.so.2").bytes();
        for (int length = 0; length < whole.length; length += 7) {
            Path file = Files.write(folder.resolve("cut.so"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ElfFile.read(file))
                    .as("%d bytes", length)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("cut.so: is no shared library that Linux loads here: ");
        }
    }

    @Test
    public void otherFilesAreMessages() throws IOException {
        assertThatThrownBy(() -> ElfFile.read(Files.writeString(folder.resolve("text"), "x".repeat(100))))
                .hasMessageContaining("it does not begin as an ELF file");
        byte[] small = StubLibrary.of("libone.so.1").bytes();
        small[4] = 1;
        assertThat(ElfFile.read(Files.write(folder.resolve("32"), small)).machine())
                .isEqualTo(ElfFile.OF_32_BITS);
        small[4] = 3;
        assertThatThrownBy(() -> ElfFile.read(Files.write(folder.resolve("odd"), small)))
                .hasMessageContaining("it is not of 64 bits and little-endian");
        assertThatThrownBy(() -> ElfFile.read(folder.resolve("none"))).hasMessageContaining("no such file or folder");
    }
}
