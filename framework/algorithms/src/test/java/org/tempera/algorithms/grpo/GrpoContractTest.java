package org.tempera.algorithms.grpo;

import org.tempera.algorithms.loss.SurrogateKind;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.StepwiseContract;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;

/** Whichever surrogate follows the policy. */
public class GrpoContractTest extends StepwiseContract<GrpoConfig> {
    private final SurrogateKind surrogate;

    @Factory(dataProvider = "surrogates")
    public GrpoContractTest(SurrogateKind surrogate) {
        this.surrogate = surrogate;
    }

    @DataProvider
    public static Object[][] surrogates() {
        return new Object[][] {{SurrogateKind.CLIPPED}, {SurrogateKind.GUARD}, {SurrogateKind.TRUST_REGION}};
    }

    @Override
    protected Class<? extends AlgorithmProvider<GrpoConfig>> providerType() {
        return GrpoProvider.class;
    }

    @Override
    protected GrpoConfig config() {
        return GrpoConfigs.with(surrogate);
    }

    @Override
    protected int samplesPerPrompt() {
        return 4;
    }
}
