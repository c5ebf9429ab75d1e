package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class AddressSpaceTest {
    @Test
    public void tooFewAreToldBeforeNativeCodeEndsTheProcess() {
        assertThatThrownBy(() -> AddressSpace.require(5859, 5103))
                .isInstanceOf(UserException.class)
                .hasMessage("the process may have 5859 MB of addresses (ulimit -v), and Java has taken 5103 of them:"
                        + " TensorFlow takes 950 more at least, and with a model of the usual size some thousands. Lift"
                        + " the limit (ulimit -v unlimited), or give Java a smaller heap.");
    }

    @Test
    public void enoughAreEnough() {
        assertThatCode(() -> AddressSpace.require(6347, 5348)).doesNotThrowAnyException();
        assertThatCode(AddressSpace::require).as("of this process").doesNotThrowAnyException();
    }
}
