package org.tempera.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Secrets;
import org.tempera.graph.Divergence;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.MisconfiguredReward;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class MaskedFailureTest {
    private static final String SECRET = "correct-horse";

    private final Secrets secrets = new Secrets();

    public MaskedFailureTest() {
        secrets.add(SECRET);
    }

    /** Not to be made of a message. */
    private static final class Numbered extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Numbered(int number) {
            super(number + " " + SECRET);
        }
    }

    @DataProvider
    public Object[][] kinds() {
        return new Object[][] {
            {new UserException("the key " + SECRET), UserException.class},
            {new PartialScores("the key " + SECRET, new float[] {1}), PartialScores.class},
            {new MisconfiguredReward("the key " + SECRET), MisconfiguredReward.class},
            {new UnavailableReward("the key " + SECRET), UnavailableReward.class},
            {Divergence.ofUpdate(SECRET + " is NaN"), Divergence.class},
            {PluginFault.of("reward 'a'", new Object(), "says " + SECRET), PluginFault.class},
            {new IllegalArgumentException(SECRET), IllegalArgumentException.class},
            {new TFResourceExhaustedException("OOM: " + SECRET), TFResourceExhaustedException.class},
            {new OutOfMemoryError(SECRET), OutOfMemoryError.class},
            {new AssertionError(SECRET), AssertionError.class},
            {new NoClassDefFoundError(SECRET), NoClassDefFoundError.class},
            {new UncheckedIOException(new FileNotFoundException(SECRET)), UncheckedIOException.class},
            {new CompletionException(new UserException(SECRET)), CompletionException.class},
            {new InvalidPathException(SECRET, "odd"), InvalidPathException.class},
            {new Numbered(3), RuntimeException.class},
            {new Error(new Numbered(4)), Error.class},
        };
    }

    @Test(dataProvider = "kinds")
    public void aFailureKeepsItsKind(Throwable thrown, Class<?> kind) {
        Throwable masked = MaskedFailure.of(thrown, secrets);
        assertThat(masked).isInstanceOf(kind).isNotSameAs(thrown);
        assertThat(masked.getStackTrace()).isEqualTo(thrown.getStackTrace());
        assertThat(masked.toString()).isEqualTo(secrets.masked(thrown.toString()));
        assertThat(trace(masked)).contains("***").doesNotContain(SECRET);
        if (thrown.getCause() != null) {
            assertThat(masked.getCause())
                    .isInstanceOf(
                            thrown.getCause() instanceof Numbered
                                    ? RuntimeException.class
                                    : thrown.getCause().getClass());
        }
    }

    @Test
    public void oneThatTellsNothingIsThrownAsItIs() {
        UserException thrown = new UserException("the server is gone", new Exception("reset"));
        thrown.addSuppressed(new Error());
        assertThat(MaskedFailure.of(thrown, secrets)).isSameAs(thrown);
        AssertionError error = new AssertionError("1 is not 2");
        assertThatThrownBy(() -> MaskedFailure.within(secrets, () -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    public void stepsAreMaskedToo() {
        UserException thrown = new UserException("go on", List.of(Remedy.resume(Path.of("runs", SECRET))));
        assertThat(((UserException) MaskedFailure.of(thrown, secrets)).remedies())
                .containsExactly(Remedy.resume(Path.of("runs", "***")));
    }

    @Test
    public void whatSaysNothingGoesOnSayingNothing() {
        Throwable masked = MaskedFailure.of(new IllegalStateException(null, new Exception(SECRET)), secrets);
        assertThat(masked).isInstanceOf(IllegalStateException.class).hasMessage(null);
        assertThat(masked.getCause()).hasMessage("***");
    }

    @Test
    public void causesMayBeAnyNumberAndGoInCircles() {
        Throwable chain = new Exception(SECRET);
        Exception last = (Exception) chain;
        for (int i = 0; i < 100_000; i++) {
            chain = new IllegalStateException("level " + i, chain);
        }
        last.addSuppressed(chain);
        int causes = 0;
        for (@Nullable Throwable t = MaskedFailure.of(chain, secrets); t != null; t = t.getCause()) {
            assertThat(t.getMessage()).doesNotContain(SECRET);
            causes++;
        }
        assertThat(causes).isEqualTo(100_001);
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
