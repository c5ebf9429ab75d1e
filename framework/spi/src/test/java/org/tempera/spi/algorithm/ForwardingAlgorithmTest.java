package org.tempera.spi.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.testng.annotations.Test;

public class ForwardingAlgorithmTest {
    /** A default that is not forwarded would answer in the wrapped algorithm's place. */
    @Test
    public void everyMethodIsForwarded() throws NoSuchMethodException {
        for (Method m : Algorithm.class.getMethods()) {
            if (!Modifier.isStatic(m.getModifiers())) {
                assertThat(ForwardingAlgorithm.class
                                .getMethod(m.getName(), m.getParameterTypes())
                                .getDeclaringClass())
                        .as(m.getName() + Arrays.toString(m.getParameterTypes()))
                        .isEqualTo(ForwardingAlgorithm.class);
            }
        }
    }
}
