package org.tempera.spi.verify;

import java.util.Map;

/**
 * Computes the outputs of one kind of oracle case: a ServiceLoader service of the module that owns the computation.
 *
 * <p>It must run the code that training runs, not a copy of it.
 */
public interface OracleKind {
    /** The kind's name in {@code oracle.json}. */
    String kind();

    /**
     * Computes the outputs of a case, in PyTorch's layout.
     *
     * @throws org.tempera.spi.UserException if the case lacks an input or its files cannot be used
     */
    Map<String, OracleValue> compute(OracleCase oracleCase, OracleRunner runner);
}
