package org.tempera.spi.verify;

import org.tempera.spi.HostTensor;

/** An output: floating-point numbers are compared within a tolerance, integers must be equal. */
public sealed interface OracleValue {
    record Floats(HostTensor tensor) implements OracleValue {}

    record Integers(long[] data, int[] shape) implements OracleValue {}
}
