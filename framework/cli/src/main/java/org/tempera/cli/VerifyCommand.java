package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;
import org.tempera.verify.CaseResult;
import org.tempera.verify.OracleFolder;
import org.tempera.verify.StoredCase;
import org.tempera.verify.Verifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proves that the numbers are a reference implementation's. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Computes the cases of a reference implementation and compares.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all cases hold", "1:a case differs", "2:a folder cannot be used"})
final class VerifyCommand implements Callable<Integer> {
    private static final int NAME_WIDTH = 26;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders with an oracle.json.")
    private List<Path> folders = List.of();

    @Option(names = "--only", paramLabel = "SUBSTRING", description = "Only cases whose name contains this.")
    private @Nullable String only;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Verifier verifier = output.tempera().verifier();
        List<CaseResult> results = new ArrayList<>();
        List<UserException> unusable = new ArrayList<>();
        int chosen = 0;
        for (Path folder : folders) {
            try (OracleFolder oracle = OracleFolder.open(folder)) {
                List<StoredCase> cases = oracle.cases().stream()
                        .filter(c -> only == null || c.name().contains(only))
                        .toList();
                chosen += cases.size();
                verifier.requireKinds(cases);
                int width =
                        cases.stream().mapToInt(c -> c.name().length()).max().orElse(0);
                for (StoredCase c : cases) {
                    CaseResult result = verifier.run(c);
                    results.add(result);
                    output.result(line(result, Math.max(NAME_WIDTH, width)));
                }
            } catch (UserException e) {
                unusable.add(e);
            }
        }
        if (unusable.isEmpty() && chosen == 0) {
            unusable.add(
                    new UserException("verify: no case's name contains '" + only + "'. Leave out --only to run all."));
        }
        long failed = results.stream().filter(r -> !r.ok()).count();
        if (!results.isEmpty()) {
            output.result(results.size() + (results.size() == 1 ? " case, " : " cases, ") + failed + " failed");
        }
        output.document(document(results, failed, unusable));
        if (!unusable.isEmpty()) {
            throw together(unusable);
        }
        return failed == 0 ? 0 : 1;
    }

    static String line(CaseResult r, int width) {
        String start = String.format(
                Locale.ROOT,
                "%-5s %-" + width + "s error %s  (tolerance %s)   ",
                r.ok() ? "ok" : "FAIL",
                r.name(),
                error(r.error()),
                tolerance(r.tolerance()));
        return start + r.message().orElseGet(() -> String.format(Locale.ROOT, "%.1f s", r.seconds()));
    }

    private static String error(double error) {
        if (Double.isNaN(error)) {
            return "NaN    ";
        }
        return Double.isInfinite(error) ? "inf    " : String.format(Locale.ROOT, "%.1e", error);
    }

    /** With as many digits as it needs: {@code 1e-04}, {@code 2.5e-05}. */
    private static String tolerance(double tolerance) {
        for (int digits = 0; digits < 4; digits++) {
            String text = String.format(Locale.ROOT, "%." + digits + "e", tolerance);
            if (Double.parseDouble(text) == tolerance) {
                return text;
            }
        }
        return String.format(Locale.ROOT, "%.4e", tolerance);
    }

    private static Map<String, Object> document(List<CaseResult> results, long failed, List<UserException> unusable) {
        List<Object> cases = new ArrayList<>();
        for (CaseResult r : results) {
            Map<String, Object> c = new LinkedHashMap<>();
            c.put("name", r.name());
            c.put("kind", r.kind());
            c.put("ok", r.ok());
            c.put("error", r.error()); // a case that cannot be measured says why in its message
            c.put("tolerance", r.tolerance());
            c.put("seconds", r.seconds());
            r.message().ifPresent(m -> c.put("message", m));
            cases.add(c);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("cases", cases);
        document.put("failed", failed);
        if (!unusable.isEmpty()) {
            document.put(
                    "unusable", unusable.stream().map(Throwable::getMessage).toList());
        }
        return document;
    }

    private static UserException together(List<UserException> all) {
        if (all.size() == 1) {
            return all.get(0);
        }
        List<String> messages =
                all.stream().map(e -> String.valueOf(e.getMessage())).toList();
        UserException together = new UserException(
                String.join("\ntempera: ", messages),
                all.stream().flatMap(e -> e.remedies().stream()).distinct().toList());
        all.forEach(together::addSuppressed);
        return together;
    }
}
