package org.tempera.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleValue;

/** Computes cases through the code that training uses, and compares. */
public final class Verifier {
    private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);

    private final Map<String, OracleKind> kinds;
    private final Supplier<GraphOracleRunner> runners;

    /**
     * A verifier of the kinds that are served.
     *
     * @param runners gives a new runner for each case
     */
    public Verifier(Map<String, OracleKind> kinds, Supplier<GraphOracleRunner> runners) {
        this.kinds = Map.copyOf(kinds);
        this.runners = runners;
    }

    /**
     * Fails unless every case's kind is served.
     *
     * @throws UserException with all that are not
     */
    public void requireKinds(List<StoredCase> cases) {
        List<String> unknown = new ArrayList<>();
        for (StoredCase c : cases) {
            if (!kinds.containsKey(c.kind())) {
                unknown.add(c.where() + ", key 'kind': nothing serves '" + c.kind() + "'.");
            }
        }
        if (!unknown.isEmpty()) {
            throw new UserException(String.join("\n", unknown) + "\nKnown kinds: " + new TreeSet<>(kinds.keySet())
                    + ". A kind is served by a plugin, a jar in the plugins folder or on the class path.");
        }
    }

    /**
     * Runs one case. What the code under test throws, other than a complaint about the case itself, is a failure of the
     * case.
     *
     * @throws UserException if the case cannot be used: a missing input, files that cannot be read, an unknown output
     */
    public CaseResult run(StoredCase oracleCase) {
        requireKinds(List.of(oracleCase));
        OracleKind kind = kinds.get(oracleCase.kind());
        if (kind == null) {
            throw new IllegalStateException("no kind " + oracleCase.kind());
        }
        long begin = System.nanoTime();
        Map<String, OracleValue> got;
        try (GraphOracleRunner runner = runners.get()) {
            got = kind.compute(oracleCase, runner);
        } catch (UserException e) {
            // The kind knows what is wrong, the case where.
            throw located(oracleCase, e);
        } catch (RuntimeException e) {
            LOG.debug("{}", oracleCase.where(), e);
            return result(oracleCase, begin, Comparison.failure(Double.NaN, "cannot be computed: " + e));
        }
        Comparison worst = Comparison.EQUAL;
        for (String output : oracleCase.outputs()) {
            OracleValue value = got.get(output);
            if (value == null) {
                throw new UserException(oracleCase.where() + ", output '" + output + "': kind '" + oracleCase.kind()
                        + "' computes " + new TreeSet<>(got.keySet()) + " only.");
            }
            worst = worst.worse(Comparison.of(output, value, oracleCase.expected(output)));
        }
        return result(oracleCase, begin, worst);
    }

    private static UserException located(StoredCase c, UserException e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith(c.where())) {
            return e;
        }
        String named = "case '" + c.name() + "'";
        return new UserException(
                message.startsWith(named) ? c.where() + message.substring(named.length()) : c.where() + ": " + message,
                e);
    }

    private static CaseResult result(StoredCase c, long begin, Comparison worst) {
        boolean ok = worst.within(c.tolerance());
        return new CaseResult(
                c.name(),
                c.kind(),
                ok,
                worst.error(),
                c.tolerance(),
                (System.nanoTime() - begin) / 1e9,
                ok ? Optional.empty() : Optional.of(worst.difference()));
    }
}
