package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class ShellWordTest {
    @Test
    public void quotesWhatAShellWouldTakeApart() {
        assertThat(ShellWord.of("/a/b-1.2_c")).isEqualTo("/a/b-1.2_c");
        assertThat(ShellWord.of("/my files/a")).isEqualTo("'/my files/a'");
        assertThat(ShellWord.of("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
        assertThat(ShellWord.of("")).isEqualTo("''");
    }
}
