package org.tempera.spi.graph;

import org.tempera.spi.HostTensor;

/** Current values of parameters, read from the running session. */
@FunctionalInterface
public interface ParameterValues {
    HostTensor read(Parameter parameter);
}
