package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** Which gradients are gathered in Java's heap. */
public class WorkerGradientsTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    public void moreThanTheHeapHoldsInItsCopiesIsRefused() {
        assertThat(WorkerGradients.tooMuch(3 * MEGABYTE, 128, 4096 * MEGABYTE)).isEmpty();
        assertThat(WorkerGradients.tooMuch(100 * MEGABYTE, 8, 8192 * MEGABYTE)).isEmpty();
        UserException refused =
                WorkerGradients.tooMuch(100 * MEGABYTE, 8, 4096 * MEGABYTE).orElseThrow();
        assertThat(refused)
                .hasMessage("run.cluster.gradients: expected ring, for the gradients of 100.0 MiB that each of 8 lanes"
                        + " has are more than can be gathered in Java's heap of 4.0 GiB, found in-order. Or raise the"
                        + " heap, such as with -Xmx8g");
        assertThat(refused.remedies()).containsExactly(Remedy.jvmOption("-Xmx8g"));
    }

    @Test
    public void whatNoHeapWouldHoldIsRefusedWithoutWordOfIt() {
        UserException refused =
                WorkerGradients.tooMuch(100 * MEGABYTE, 11, 65536 * MEGABYTE).orElseThrow();
        assertThat(refused)
                .hasMessage("run.cluster.gradients: expected ring, for the gradients of 100.0 MiB that each of 11 lanes"
                        + " has are more than the 1.0 GiB that are gathered, found in-order");
        assertThat(refused.remedies()).isEmpty();
    }
}
