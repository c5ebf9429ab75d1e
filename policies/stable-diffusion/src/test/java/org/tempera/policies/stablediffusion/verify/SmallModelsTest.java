package org.tempera.policies.stablediffusion.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What diffusers computes with models of the shapes of tiny-sd, SD-Turbo, LCM and TAESD, made by
 * {@code src/test/python/make_small_models.py}; what few steps draw is its pipelines' own.
 */
public class SmallModelsTest {
    @DataProvider
    public static Object[] cases() throws IOException, URISyntaxException {
        List<FolderCase> cases = new ArrayList<>();
        for (String folder : List.of("/small/tiny-sd", "/small/lcm")) {
            cases.addAll(FolderCase.read(ParityTest.resource(folder)));
        }
        return cases.toArray();
    }

    @Test(dataProvider = "cases")
    public void equalsTheReference(FolderCase c) {
        assertThat(Parity.error(c)).as(c.name()).isLessThan(c.tolerance());
    }

    @DataProvider
    public static Object[] rescheduled() throws IOException, URISyntaxException {
        List<FolderCase> cases = new ArrayList<>();
        for (String folder : List.of("/small/turbo", "/small/lcm-by-ddim")) {
            cases.addAll(FolderCase.read(ParityTest.resource(folder)));
        }
        return cases.toArray();
    }

    /** The same models with another scheduler's file. */
    @Test(dataProvider = "rescheduled")
    public void drawsAsTheSchedulerThatTheFolderNames(FolderCase c) throws IOException {
        Path model = ParityTest.copy(c.weights(), Files.createTempDirectory("model"));
        Files.copy(
                c.folder().resolve("scheduler_config.json"),
                model.resolve("scheduler/scheduler_config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        ObjectNode json = c.json().deepCopy();
        json.put("weights", model.toString());
        assertThat(Parity.error(new FolderCase(c.folder(), json, c.tensors())))
                .as(c.name())
                .isLessThan(c.tolerance());
    }
}
