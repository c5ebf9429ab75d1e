package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class PrintableTest {
    @Test
    public void showsWhatSteersATerminal() {
        assertThat(Printable.line("a\u001b]0;x\u0007\u009b2Jb\u007f"))
                .isEqualTo("a\\u001b]0;x\\u0007\\u009b2Jb\\u007f");
        assertThat(Printable.line("\u202egnp.exe\u2066\u200f\u200b\ufeff\u2028"))
                .isEqualTo("\\u202egnp.exe\\u2066\\u200f\\u200b\\ufeff\\u2028");
        assertThat(Printable.line("\ud83d and \udb40\udc41")).isEqualTo("\\ud83d and \\udb40\\udc41");
    }

    @Test
    public void keepsEveryLetterAndItsOwnLinesOnly() {
        String text = "a caf\u00e9 \ud83d\udc08 \u05d0\u0628 \u732b";
        assertThat(Printable.line(text)).isSameAs(text);
        assertThat(Printable.line("a\n\tb\r")).isEqualTo("a\\u000a\\u0009b\\u000d");
        assertThat(Printable.lines("a\n\tb\r")).isEqualTo("a\n\tb\\u000d");
    }

    @Test
    public void cutsWhatIsLongBetweenCharacters() {
        String cat = "\ud83d\udc08";
        assertThat(Printable.shortened(cat.repeat(80))).isEqualTo(cat.repeat(80));
        assertThat(Printable.shortened(cat.repeat(81))).isEqualTo(cat.repeat(80) + "...");
        assertThat(Printable.shortened("\n" + "x".repeat(80))).isEqualTo("\\u000a" + "x".repeat(79) + "...");
    }
}
