package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class Utf8LinesTest {
    private static final Path FILE = Path.of("lines.txt");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> lines(String text) {
        Utf8Lines lines = Utf8Lines.of(FILE, bytes(text));
        List<String> found = lines.stream().toList();
        assertThat(lines.count()).isEqualTo(found.size());
        List<String> read = new ArrayList<>();
        Utf8Lines.read(FILE, new ByteArrayInputStream(bytes(text)), 1 << 20).forEachRemaining(read::add);
        assertThat(read).isEqualTo(found);
        return found;
    }

    @Test
    public void linesEndAsAnySystemWritesThem() {
        assertThat(lines("")).isEmpty();
        assertThat(lines("a")).containsExactly("a");
        assertThat(lines("\ufeffa\nb\r\nc\rd")).containsExactly("a", "b", "c", "d");
        assertThat(lines("\n\r\n\r")).containsExactly("", "", "");
        assertThat(lines("a\n\ufeff")).containsExactly("a", "\ufeff");
        String long1 = "\u00e9".repeat(5_000);
        assertThat(lines(long1 + "\r\n" + long1.substring(1))).containsExactly(long1, long1.substring(1));
        assertThat(lines("x".repeat(8_191) + "\r\ny")).containsExactly("x".repeat(8_191), "y");
    }

    @Test
    public void theFirstLineThatIsNoneIsNamed() {
        byte[] broken = bytes("a\r\nb\r?c\n");
        broken[5] = (byte) 0xff;
        byte[] zero = bytes("a\r\nb\r\u0000c\n");
        byte[] both = bytes("a\r\nb\r?\u0000\n");
        both[5] = (byte) 0xff;
        for (byte[] each : List.of(broken, zero, both)) {
            String what = each == broken ? "line 3 is not UTF-8" : "line 3 has a zero byte";
            assertThatThrownBy(() -> Utf8Lines.of(FILE, each))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(FILE + ": " + what);
            assertThatThrownBy(() -> Utf8Lines.read(FILE, new ByteArrayInputStream(each), 99)
                            .forEachRemaining(line -> {}))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(FILE + ": " + what);
        }
        assertThatThrownBy(() -> Utf8Lines.of(FILE, "a".getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("is UTF-16 big-endian");
    }

    @Test
    public void aLineHasABound() {
        assertThatThrownBy(() -> Utf8Lines.read(FILE, new ByteArrayInputStream(bytes("a\n" + "b".repeat(11))), 10)
                        .forEachRemaining(line -> {}))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("line 2: expected lines of at most 10 bytes");
    }
}
