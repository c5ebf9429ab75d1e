package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.tempera.spi.policy.PolicyNetwork;
import org.testng.annotations.Test;

public class FollowedNetworkTest {
    /** A method with a default that was left out would answer for the network, not ask it. */
    @Test
    public void everyMethodAsksTheNetwork() {
        for (Method m : PolicyNetwork.class.getMethods()) {
            if (!Modifier.isStatic(m.getModifiers())) {
                assertThat(FollowedNetwork.class.getDeclaredMethods())
                        .as("%s", m)
                        .anyMatch(own -> own.getName().equals(m.getName())
                                && Arrays.equals(own.getParameterTypes(), m.getParameterTypes()));
            }
        }
    }
}
