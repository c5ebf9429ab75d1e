package org.tempera.algorithms.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.verify.OracleKind;
import org.tempera.verify.CaseResult;
import org.tempera.verify.GraphOracleRunner;
import org.tempera.verify.OracleFolder;
import org.tempera.verify.StoredCase;
import org.tempera.verify.Verifier;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The algorithms' arithmetic beside PyTorch's in double precision (src/test/python/make_verify_cases.py). */
public class VerifyCasesTest {
    private static final Set<String> HERE =
            Set.of("group-advantages", "ddpo-advantages", "lagrangian", "gae", "gaussian-kl", "nft-loss");

    /** Kinds of {@link org.tempera.algorithms.tdpo.TdpoOracleTest}. */
    private static final Set<String> OF_TDPO = Set.of("tdpo-advantages", "critic-loss", "neuron-reset");

    /** Kinds whose cases lie beside a model, in policies/stable-diffusion. */
    private static final Set<String> OF_A_POLICY = Set.of(
            "policy-gradient", "kl-policy-gradient", "rwr-loss", "diffusion-dpo-loss", "nft-loss", "draft-gradient");

    private static final Map<String, OracleKind> KINDS = ServiceLoader.load(OracleKind.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(kind -> kind.getClass().getPackageName().equals(VerifyCasesTest.class.getPackageName()))
            .collect(Collectors.toMap(OracleKind::kind, Function.identity()));

    private static OracleFolder folder() throws URISyntaxException {
        return OracleFolder.open(Path.of(Objects.requireNonNull(VerifyCasesTest.class.getResource("oracle.json"))
                .toURI()));
    }

    @DataProvider
    public Object[] cases() throws URISyntaxException {
        try (OracleFolder folder = folder()) {
            return folder.cases().stream().map(StoredCase::name).toArray();
        }
    }

    @Test(dataProvider = "cases")
    public void equalsTheReference(String name) throws URISyntaxException {
        Verifier verifier = new Verifier(KINDS, () -> new GraphOracleRunner(List.of(), new ThreadSettings(1, 1)));
        try (OracleFolder folder = folder()) {
            StoredCase only = folder.cases().stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            CaseResult result = verifier.run(only);
            assertThat(result.ok()).as("%s", result).isTrue();
        }
    }

    @Test
    public void everyKindHasCases() throws URISyntaxException {
        try (OracleFolder folder = folder()) {
            assertThat(folder.cases().stream().map(StoredCase::kind).collect(Collectors.toSet()))
                    .isEqualTo(HERE);
        }
        Set<String> known = new TreeSet<>(HERE);
        known.addAll(OF_TDPO);
        known.addAll(OF_A_POLICY);
        assertThat(KINDS.keySet()).isEqualTo(known);
    }
}
