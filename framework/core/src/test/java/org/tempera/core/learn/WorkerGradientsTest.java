package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

/** Which gradients are gathered in Java's heap. */
public class WorkerGradientsTest {
    @Test
    public void moreThanTheHeapHoldsInItsCopiesIsRefused() {
        long megabyte = 1 << 20;
        assertThat(WorkerGradients.isTooMuch(3 * megabyte, 128, 4096 * megabyte))
                .isFalse();
        assertThat(WorkerGradients.isTooMuch(100 * megabyte, 8, 4096 * megabyte))
                .isTrue();
        assertThat(WorkerGradients.isTooMuch(100 * megabyte, 8, 8192 * megabyte))
                .isFalse();
        assertThat(WorkerGradients.isTooMuch(100 * megabyte, 11, 65536 * megabyte))
                .isTrue();
    }
}
