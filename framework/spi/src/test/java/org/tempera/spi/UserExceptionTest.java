package org.tempera.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.Test;

public class UserExceptionTest {
    private static final Remedy RESUME = Remedy.resume(Path.of("runs/a"));
    private static final Remedy HEAP = Remedy.jvmOption("-Xmx8g");

    @Test
    public void hasTheRemediesOfItsCausesEachOnce() {
        UserException below = new UserException("below", List.of(RESUME));
        UserException above = new UserException("above", new IllegalStateException(below), List.of(HEAP, RESUME));
        assertThat(above.remedies()).containsExactly(HEAP, RESUME);
        assertThat(below.remedies()).containsExactly(RESUME);
        assertThat(new UserException("none").remedies()).isEmpty();
    }

    @Test
    public void goesRoundAChainOfCausesOnce() {
        UserException one = new UserException("one", List.of(RESUME));
        IllegalStateException two = new IllegalStateException(one);
        one.initCause(two);
        assertThat(one.remedies()).containsExactly(RESUME);
    }

    @Test
    public void isRewordedWithItsRemediesAndWithoutItsCause() {
        UserException told = new UserException("no file runs/a", new IOException("runs/a"), List.of(RESUME));
        UserException reworded = told.reworded(text -> text.replace("runs/a", "***"));
        assertThat(reworded).hasMessage("no file ***").hasNoCause();
        assertThat(reworded.remedies()).containsExactly(new Remedy(Remedy.Action.RESUME, "***"));
    }

    @Test
    public void losesItsRemediesAndNoMoreWhereItIsSerialized() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new UserException("told", List.of(RESUME)));
        }
        UserException read =
                (UserException) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertThat(read).hasMessage("told");
        assertThat(read.remedies()).isEmpty();
        assertThat(read.reworded(text -> text + "!")).hasMessage("told!");
    }
}
