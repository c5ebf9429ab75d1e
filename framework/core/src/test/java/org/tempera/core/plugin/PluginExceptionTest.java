package org.tempera.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.testng.annotations.Test;

public class PluginExceptionTest {
    /** Stands for what a plugin made: no class of Tempera's. */
    private static final Object OF_OTHERS = Optional.empty();

    @Test
    public void whatAPluginThrewIsToldWithItsClassAndPlace() {
        RuntimeException told = PluginException.of(OF_OTHERS, new NullPointerException());
        assertThat(told.toString())
                .startsWith("java.lang.NullPointerException at " + getClass().getName())
                .endsWith(", thrown by java.util.Optional in unknown");
        assertThat(PluginException.of(OF_OTHERS, new IOException("gone")).toString())
                .isEqualTo("java.io.IOException: gone, thrown by java.util.Optional in unknown");
    }

    @Test
    public void whatTemperasOwnThrewIsLeftAsItIs() {
        ArithmeticException thrown = new ArithmeticException("no width");
        assertThat(PluginException.of(this, thrown)).isSameAs(thrown);
        assertThat(PluginException.of(this, new IOException("gone")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("java.io.IOException: gone");
    }

    @Test
    public void whatNoFrameOfTemperasLedToIsOfOthers() {
        Throwable here = new IllegalStateException("in a thread");
        assertThat(FailureReason.ofOthers(here)).isEmpty();
        here.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("x.Sharp", "run", "Sharp.java", 7),
            new StackTraceElement("java.lang.Thread", "run", "Thread.java", 840),
        });
        assertThat(FailureReason.ofOthers(here))
                .contains("java.lang.IllegalStateException: in a thread (from x.Sharp)");
    }
}
