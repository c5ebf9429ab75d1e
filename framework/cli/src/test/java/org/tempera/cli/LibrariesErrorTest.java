package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import org.tempera.base.text.Secrets;
import org.testng.annotations.Test;

public class LibrariesErrorTest {
    private static final String SECRET = "correct-horse-battery";

    private static LibrariesError error(StringWriter shown) {
        Secrets secrets = new Secrets();
        secrets.add(SECRET);
        return new LibrariesError(new SecretsWriter(new PrintableWriter(shown), secrets));
    }

    @Test
    public void theLastLineNeedNotEnd() throws IOException {
        StringWriter log = new StringWriter();
        LibrariesError error = error(log);
        PrintStream stream = error.stream();
        stream.print("dying of ");
        stream.print(SECRET);
        stream.flush();
        assertThat(log.toString()).isEmpty();
        error.finish();
        assertThat(log.toString()).isEqualTo("dying of ***");
        stream.println(", and dead");
        assertThat(log.toString()).isEqualTo("dying of ***, and dead" + System.lineSeparator());
    }

    @Test
    public void aLineThatNeverEndsIsHeldInPart() throws IOException {
        StringWriter log = new StringWriter();
        LibrariesError endless = error(log);
        int words = 40_000;
        for (int i = 0; i < words; i++) {
            endless.stream().print(SECRET + " ");
        }
        assertThat(log.toString().length()).isGreaterThan(words * 4 - LibrariesError.LONGEST);
        endless.finish();
        assertThat(log.toString()).isEqualTo("*** ".repeat(words));
    }

    @Test
    public void noCharacterIsCutInAWordThatNeverEnds() throws IOException {
        StringWriter shown = new StringWriter();
        LibrariesError endless = new LibrariesError(shown);
        String word = "a\u00e4\u4e2d\ud83d\udc08".repeat(50_000);
        endless.stream().print(word);
        assertThat(shown.toString().length()).isGreaterThan(word.length() - LibrariesError.LONGEST);
        endless.finish();
        assertThat(shown.toString()).isEqualTo(word);
    }
}
