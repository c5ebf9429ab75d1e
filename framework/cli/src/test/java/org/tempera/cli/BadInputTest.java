package org.tempera.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.record.run.RunFolder;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What `tempera train` says of input that cannot be used: the whole text is a golden file (again with
 * -Dgolden.update=true), the exit code 2, and there is no stack trace. Rewards that give NaN and a full disk are in
 * org.tempera.core.train.TrainingRunTest and org.tempera.core.checkpoint.CheckpointStoreTest.
 */
public class BadInputTest {
    private static final Path MODEL = CommandRunner.MODELS.resolve("mini-sd");
    private static final String VAE = "vae/diffusion_pytorch_model.safetensors";
    private static final String WEIGHTS = "policy.stable-diffusion.weights=";

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();

    @BeforeClass
    public void makeFolder() throws IOException {
        Files.writeString(folder.resolve("prompts.txt"), "a cat\n");
        Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 1, output = out }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s" } }
                algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                rewards { random { role = train } }
                sampling { prompts = prompts.txt, batch-size = 2, batches-per-epoch = 1, steps = 1 }
                evaluation { every = 0 }
                """
                        .formatted(MODEL.toString().replace('\\', '/')));
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] overrides() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n# nothing\n");
        Path latin =
                Files.write(folder.resolve("latin.txt"), "a cat\na ca\u00f1on\n".getBytes(StandardCharsets.ISO_8859_1));
        Path taken = Files.writeString(folder.resolve("taken"), "a file");
        Path held = folder.resolve("held");
        RunFolder.create(held).close();
        Files.writeString(held.resolve("config.conf"), "# a run");
        return new Object[][] {
            {"unknown-key", List.of("sampling.stpes=3")},
            {"wrong-type", List.of("run.epochs=many")},
            {"out-of-range", List.of("sampling.eta=2")},
            {
                "several-at-once",
                List.of("sampling.stpes=3", "run.epochs=0", "algorithm.use=ddppo", "rewards.randm.role=train")
            },
            {"model-missing", List.of(WEIGHTS + folder.resolve("none"))},
            {"model-is-a-file", List.of(WEIGHTS + folder.resolve("prompts.txt"))},
            {"weights-truncated", List.of(WEIGHTS + damaged("truncated", truncated()))},
            {"weights-oversized-header", List.of(WEIGHTS + damaged("oversized", oversizedHeader()))},
            {"weights-overlapping", List.of(WEIGHTS + damaged("overlapping", overlapping()))},
            {"weights-misshaped", List.of(WEIGHTS + changed("misshaped", true))},
            {"weights-nan", List.of(WEIGHTS + changed("nan", false))},
            {"prompts-missing", List.of("sampling.prompts=" + folder.resolve("none.txt"))},
            {"prompts-empty", List.of("sampling.prompts=" + empty)},
            {"prompts-not-utf8", List.of("sampling.prompts=" + latin)},
            {"output-not-writable", List.of("run.output=" + taken.resolve("run"))},
            {"output-holds-a-run", List.of("run.output=" + held)},
            {
                "too-little-memory",
                List.of(
                        "sampling.batches-per-epoch=400000",
                        "sampling.steps=999",
                        "run.output=" + folder.resolve("big"))
            },
            {
                "several-files-at-once",
                List.of(
                        "sampling.prompts=" + empty,
                        WEIGHTS + folder.resolve("none"),
                        "run.output=" + folder.resolve("s"))
            },
        };
    }

    @Test(dataProvider = "overrides")
    public void isOneMessageAndExitCode2(String name, List<String> overrides) throws IOException {
        assertRefused(name, overrides);
    }

    @Test
    public void anOutputFolderInUseIsNamedWithItsHolder() throws IOException {
        try (RunFolder used = RunFolder.create(folder.resolve("used"))) {
            assertRefused("output-in-use", List.of("run.output=" + used.path()));
        }
    }

    private void assertRefused(String name, List<String> overrides) {
        List<String> arguments =
                new ArrayList<>(List.of("train", folder.resolve("run.conf").toString()));
        arguments.addAll(overrides);
        command.assertRefused(name, arguments.toArray(new String[0]));
    }

    /** The model of the example with another file of the autoencoder's weights. */
    private Path damaged(String name, byte[] weights) throws IOException {
        Path model = copy(name);
        Files.write(model.resolve(VAE), weights);
        return model;
    }

    private static byte[] small() throws IOException {
        Path file = Files.createTempFile("small", ".safetensors");
        new SafetensorsWriter().addFloats("x", Shape.of(8), new float[8]).write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    private static byte[] truncated() throws IOException {
        byte[] whole = small();
        return Arrays.copyOf(whole, whole.length - 5);
    }

    private static byte[] oversizedHeader() throws IOException {
        byte[] whole = small();
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
        return whole;
    }

    private static byte[] overlapping() {
        byte[] header = ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}")
                .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + header.length + 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private Path changed(String name, boolean misshaped) throws IOException {
        Path model = copy(name);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile old = SafetensorsFile.open(MODEL.resolve(VAE))) {
            for (String tensor : old.names()) {
                float[] values = old.readFloats(tensor);
                Shape shape = old.info(tensor).shape();
                if (tensor.equals("decoder.conv_in.bias")) {
                    values[1] = misshaped ? values[1] : Float.NaN;
                    values = misshaped ? new float[3] : values;
                    shape = misshaped ? Shape.of(3) : shape;
                }
                writer.addFloats(tensor, shape, values);
            }
        }
        writer.write(model.resolve(VAE));
        return model;
    }

    /** Every file but the one that is to be replaced. */
    private Path copy(String name) throws IOException {
        Path model = folder.resolve(name);
        try (Stream<Path> all = Files.walk(MODEL)) {
            for (Path p : all.toList()) {
                Path target = model.resolve(MODEL.relativize(p).toString());
                if (Files.isDirectory(p)) {
                    Files.createDirectories(target);
                } else if (!p.endsWith(VAE)) {
                    Files.copy(p, target);
                }
            }
        }
        return model;
    }
}
