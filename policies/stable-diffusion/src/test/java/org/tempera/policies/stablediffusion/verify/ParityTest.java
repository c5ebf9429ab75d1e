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
import java.util.Objects;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Numbers of the reference implementation: {@code sd-tiny} and {@code tokenizer} as docs/verify makes them,
 * {@code mixed-blocks} as {@code src/test/python/make_odd_models.py} does, {@code guidance} as
 * {@code make_guidance_cases.py}, {@code corrections} as {@code make_correction_cases.py}, and {@code losses} as
 * {@code make_loss_cases.py}.
 */
public class ParityTest {
    @DataProvider
    public static Object[] cases() throws IOException, URISyntaxException {
        List<FolderCase> cases = new ArrayList<>();
        for (String folder : List.of("/sd-tiny", "/mixed-blocks", "/guidance", "/tokenizer", "/losses")) {
            cases.addAll(FolderCase.read(resource(folder)));
        }
        return cases.toArray();
    }

    @Test(dataProvider = "cases")
    public void equalsTheReference(FolderCase c) {
        assertThat(Parity.error(c)).as(c.name()).isLessThan(c.tolerance());
    }

    /** Each algorithm's loss that asks a policy, with the gradients of an adapter's tensors. */
    @Test
    public void everyLossHasCases() throws IOException, URISyntaxException {
        assertThat(FolderCase.read(resource("/losses")))
                .allSatisfy(c -> assertThat(c.outputs()).contains("loss").anyMatch(o -> o.startsWith("grad:")))
                .extracting(FolderCase::kind)
                .contains(
                        "policy-gradient",
                        "kl-policy-gradient",
                        "rwr-loss",
                        "diffusion-dpo-loss",
                        "nft-loss",
                        "draft-gradient");
    }

    @DataProvider
    public static Object[] corrections() throws IOException, URISyntaxException {
        return FolderCase.read(resource("/corrections")).toArray();
    }

    /** The pipeline's own pictures where it corrects the scheduler's configuration. */
    @Test(dataProvider = "corrections")
    public void correctsWhatThePipelineCorrects(FolderCase c) throws IOException, URISyntaxException {
        Path model = copy(resource("/sd-tiny/model"), Files.createTempDirectory("model"));
        Files.copy(
                c.folder().resolve(c.name() + ".json"),
                model.resolve("scheduler/scheduler_config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        ObjectNode json = c.json().deepCopy();
        json.put("weights", model.toString());
        assertThat(Parity.error(new FolderCase(c.folder(), json, c.tensors()))).isLessThan(c.tolerance());
    }

    static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }

    @Test
    public void aTokenizerNeedsNoModel() throws IOException, URISyntaxException {
        Path tokenizer = resource("/sd-tiny/model/tokenizer");
        FolderCase whole = FolderCase.read(resource("/tokenizer")).get(0);
        Path model = Files.createTempDirectory("model");
        Path copy = Files.createDirectory(model.resolve("tokenizer"));
        List<Path> files = new ArrayList<>(List.of(copy, model));
        try {
            for (String name :
                    List.of("vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json")) {
                files.add(0, Files.copy(tokenizer.resolve(name), copy.resolve(name)));
            }
            for (Path weights : List.of(tokenizer, model)) {
                ObjectNode json = whole.json().deepCopy();
                json.put("weights", weights.toString());
                assertThat(Parity.error(new FolderCase(whole.folder(), json, whole.tensors())))
                        .as(weights.toString())
                        .isZero();
            }
        } finally {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    static Path resource(String name) throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(ParityTest.class.getResource(name)).toURI());
    }
}
