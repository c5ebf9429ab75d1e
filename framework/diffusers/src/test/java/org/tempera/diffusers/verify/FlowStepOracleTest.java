package org.tempera.diffusers.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.runtime.Tempera;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tempera.verify.CaseResult;
import org.tempera.verify.OracleFolder;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Steps of a flow beside numbers that Flow-GRPO's own functions gave (diffusers 0.35.2, single precision). */
public class FlowStepOracleTest {
    private static final String SCHEDULE =
            "\"sample\": \"sample\", \"velocity\": \"velocity\", \"steps\": 10," + " \"shift\": 3.0, \"index\": %s";

    private final Path folder = Messages.temporaryFolder();
    private final Tempera tempera = Tempera.load(FlowStepOracleTest.class.getClassLoader());

    @BeforeClass
    public void writeTensors() throws IOException {
        Shape row = Shape.of(1, 2, 1, 1);
        new SafetensorsWriter()
                .addFloats("sample", row, new float[] {0.5f, -1})
                .addFloats("velocity", row, new float[] {0.3f, 2})
                .addFloats("next", row, new float[] {0.4f, -0.9f})
                .addFloats("other", Shape.of(1, 2, 1, 2), new float[4])
                .addFloats("sigmas", Shape.of(11), new float[] {
                    1,
                    0.96012932f,
                    0.91334897f,
                    0.8576923f,
                    0.79036826f,
                    0.70727849f,
                    0.60215056f,
                    0.46487603f,
                    0.27804878f,
                    0.00892857f,
                    0
                })
                .addFloats("sde mean 4", row, new float[] {0.4204118f, -1.1097852f})
                .addFloats("sde std 4", Shape.of(1), new float[] {0.39179420f})
                .addFloats("sde log_prob 4", Shape.of(1), new float[] {-0.054274f})
                .addFloats("sde log_prob sum 4", Shape.of(1), new float[] {-0.108548f})
                .addFloats("cps mean 0", row, new float[] {0.15632226f, -0.41630828f})
                .addFloats("cps std 0", Shape.of(1), new float[] {0.91313726f})
                .addFloats("cps mean 8", row, new float[] {0.41484296f, -1.54097903f})
                .addFloats("cps std 8", Shape.of(1), new float[] {0.00849158f})
                .addFloats("cps distance 0", Shape.of(1), new float[] {-0.14666825f})
                .write(folder.resolve("oracle.safetensors"));
    }

    @AfterClass
    public void removeFolder() {
        Messages.delete(folder);
    }

    private CaseResult run(String kind, String inputs, String outputs) throws IOException {
        Files.writeString(
                folder.resolve("oracle.json"),
                "{\"format\": \"tempera-oracle/1\", \"made_with\": \"flow_grpo\", \"tensors\": \"oracle.safetensors\","
                        + " \"cases\": [{\"name\": \"a\", \"kind\": \"" + kind + "\", \"tolerance\": 2e-5,"
                        + " \"inputs\": {" + inputs + "}, \"outputs\": {" + outputs + "}}]}");
        try (OracleFolder cases = OracleFolder.open(folder)) {
            return tempera.verifier().run(cases.cases().get(0));
        }
    }

    private static String noisy(int index, String sde, double level, String logProb) {
        return SCHEDULE.formatted(index) + ", \"sde\": \"" + sde + "\", \"noise_level\": " + level
                + ", \"next\": \"next\", \"log_prob\": \"" + logProb + "\"";
    }

    @DataProvider
    public Object[][] cases() {
        return new Object[][] {
            {noisy(4, "sde", 0.7, "mean"), "'sigmas': 'sigmas', 'mean': 'sde mean 4', 'std': 'sde std 4'"},
            {noisy(4, "sde", 0.7, "mean"), "'log_prob': 'sde log_prob 4'"},
            {noisy(4, "sde", 0.7, "sum"), "'log_prob': 'sde log_prob sum 4'"},
            {noisy(0, "cps", 0.8, "distance"), "'mean': 'cps mean 0', 'std': 'cps std 0', 'log_prob': 'cps distance 0'"
            },
            {noisy(8, "cps", 0.8, "sum"), "'mean': 'cps mean 8', 'std': 'cps std 8'"},
            {noisy(8, "cps", 0.8, "sum"), "'sigmas': 'sigmas'"},
        };
    }

    @Test(dataProvider = "cases")
    public void stepsAreFlowGrpos(String inputs, String outputs) throws IOException {
        CaseResult result = run("flow-sde-step", inputs, outputs.replace('\'', '"'));
        assertThat(result.ok()).as("%s", result).isTrue();
    }

    @DataProvider
    public Object[][] unfit() {
        return new Object[][] {
            {noisy(10, "sde", 0.7, "sum"), "input 'index': expected a whole number from 0 to 9, found 10.0"},
            {noisy(0, "ode", 0.7, "sum"), "input 'sde': unknown noise 'ode', expected sde or cps"},
            {noisy(0, "sde", -1, "sum"), "input 'noise_level': expected 0 or more, found -1.0"},
            {noisy(0, "sde", 0.7, "max"), "input 'log_prob': expected sum, mean or distance, found 'max'"},
            {
                noisy(0, "sde", 0.7, "sum").replace("\"next\": \"next\"", "\"next\": \"other\""),
                "input 'next': expected [1, 2, 1, 1], found [1, 2, 1, 2]"
            },
            {noisy(9, "cps", 0.7, "sum"), "input 'index': a step without noise has no log_prob"},
            {
                noisy(0, "sde", 0.7, "sum").replace("\"shift\": 3.0", "\"shift\": 0"),
                "input 'shift': expected a number above 0, found 0.0"
            },
        };
    }

    @Test(dataProvider = "unfit")
    public void whatDoesNotFitIsSaid(String inputs, String message) {
        assertThatThrownBy(() -> run("flow-sde-step", inputs, "\"log_prob\": \"cps std 0\""))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }
}
