package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.tempera.spi.Doc;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** That the contract finds what goes wrong in rewards, says what to do, and lets sound ones pass. */
public class RewardContractTest {
    /** A plugin that makes a reward of the kind that its config says. */
    public static final class Provider implements RewardProvider<Provider.Config> {
        /** Its keys. */
        public record Config(@Doc("What is wrong with it.") Fault fault) {}

        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public String description() {
            return "A reward that goes wrong";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(Fault.NONE);
        }

        @Override
        public Reward create(Config config) {
            return config.fault().make();
        }
    }

    private static final class Contract extends RewardContract<Provider.Config> {
        private final Fault fault;

        Contract(Fault fault) {
            this.fault = fault;
        }

        @Override
        protected Class<Provider> providerType() {
            return Provider.class;
        }

        @Override
        protected Provider.Config config() {
            return new Provider.Config(fault);
        }
    }

    @DataProvider
    public Object[][] faults() {
        return new Object[][] {
            {Fault.WRONG_SIGN, "gradientIsThatOfFiniteDifferences", "the gradient has the wrong sign"},
            {Fault.SCALED, "gradientIsThatOfFiniteDifferences", "the gradient is 2.00 times that of finite differences"
            },
            {Fault.HALF, "gradientIsThatOfFiniteDifferences", "the gradient is missing for some pixels"},
            {Fault.PATCH, "gradientIsThatOfFiniteDifferences", "rows 8 to 11, columns 4 to 7"},
            {Fault.OTHER, "gradientIsThatOfFiniteDifferences", "the gradient is not that of finite differences"},
            {Fault.INFINITE_GRADIENT, "hasAGradientExactlyIfItSaysSo", "is infinite or no number"},
            {Fault.MEAN_OF_BATCH, "scoreDoesNotDependOnTheBatch", "among plain white images"},
            {Fault.LITTLE_OF_BATCH, "scoreDoesNotDependOnTheBatch", "among plain white images"},
            {Fault.BY_ORDER, "scoreDoesNotDependOnTheBatch", "at another place of the same batch"},
            {Fault.PROMPT_OF_NEIGHBOUR, "scoreDoesNotDependOnTheBatch", "among images with other prompts"},
            {Fault.COUNTER, "scoresDoNotChangeBetweenCalls", "keep nothing between calls"},
            {Fault.RANDOM_IN_GRAPH, "scoresDoNotChangeBetweenCalls", "keep nothing between calls"},
            {Fault.SAME_ARRAY, "scoresDoNotChangeBetweenCalls", "give a new array each time"},
            {Fault.NOT_A_NUMBER, "scoresAreFinite", "a picture of plain black with the prompt 'a cat' scores"},
            {Fault.COLUMN, "scoresAreFinite", "must give one score an image, TFloat32 of shape [3], but gives [3, 1]"},
            {Fault.ONE_FOR_ALL, "scoresAreFinite", "must give one score an image, 3, but gives 1"},
            {Fault.WRITES_PIXELS, "hostRewardOnlyReadsItsInput", "score() has changed the pixels of image 0"},
            {Fault.ONE_THREAD, "anyThreadMayAsk", "another thread got other scores"},
            {Fault.SHARED_BUFFER, "anyThreadMayAsk", "while several threads were tokenizing"},
        };
    }

    @Test(dataProvider = "faults")
    public void findsTheFault(Fault fault, String test, String message) {
        assertThatThrownBy(() -> run(new Contract(fault), test))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }

    @DataProvider
    public Object[][] sound() {
        return Arrays.stream(Fault.values())
                .filter(f -> f == Fault.NONE || f.name().startsWith("SOUND"))
                .map(f -> new Object[] {f})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "sound")
    public void letsSoundRewardsPass(Fault fault) throws Throwable {
        List<Method> tests = Arrays.stream(RewardContract.class.getMethods())
                .filter(m -> m.isAnnotationPresent(Test.class) && m.getDeclaringClass() == RewardContract.class)
                .toList();
        assertThat(tests).hasSizeGreaterThan(8);
        for (Method test : tests) {
            run(new Contract(fault), test.getName());
        }
    }

    @Test
    public void aGradientThatIsMeantToBeAnotherCanBeAllowed() throws Throwable {
        run(
                new RewardContract<Provider.Config>() {
                    @Override
                    protected Class<Provider> providerType() {
                        return Provider.class;
                    }

                    @Override
                    protected Provider.Config config() {
                        return new Provider.Config(Fault.OTHER);
                    }

                    @Override
                    protected double gradientTolerance() {
                        return Double.POSITIVE_INFINITY;
                    }
                },
                "gradientIsThatOfFiniteDifferences");
    }

    private static void run(RewardContract<?> contract, String test) throws Throwable {
        try {
            RewardContract.class.getMethod(test).invoke(contract);
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
