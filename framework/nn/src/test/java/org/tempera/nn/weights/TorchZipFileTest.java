package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TorchZipFileTest {
    @Test
    public void readsEveryDtypeAndEveryView() {
        try (TensorSource file = WeightFiles.open(Fixtures.resource("state.pt"), "model")) {
            assertThat(file.names()).hasSize(15);
            assertThat(file.info("weight")).isEqualTo(new TensorInfo("weight", DType.F32, Shape.of(2, 2)));
            assertThat(file.readFloats("weight")).containsExactly(1.5f, -2.5f, 3.5f, 4.5f);
            assertThat(file.readFloats("half")).containsExactly(1.5f, -65504f);
            assertThat(file.readFloats("bfloat")).containsExactly(1.5f, -2f);
            assertThat(file.readFloats("double")).containsExactly(0.1f);
            assertThat(file.readLongs("ids")).containsExactly(1, -2, 3);
            assertThat(file.readLongs("int")).containsExactly(-7);
            assertThat(file.readLongs("byte")).containsExactly(255);
            assertThat(file.readLongs("flag")).containsExactly(1, 0);
            assertThat(file.info("scalar").shape()).isEqualTo(Shape.scalar());
            assertThat(file.readFloats("scalar")).containsExactly(7f);
            assertThat(file.readFloats("empty")).isEmpty();
            assertThat(file.readFloats("parameter")).containsExactly(9f);
            assertThat(file.info("transposed").shape()).isEqualTo(Shape.of(4, 2, 3));
            assertThat(file.readFloats("transposed"))
                    .containsExactly(
                            0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23);
            assertThat(file.readFloats("sliced")).containsExactly(13, 14, 17, 18, 21, 22);
            assertThat(file.readFloats("row")).containsExactly(20, 21, 22, 23);
            assertThat(file.readFloats("expanded")).containsExactly(1, 1, 1, 2, 2, 2);
        }
    }

    @Test
    public void takesTheStateDictionaryOfATrainingCheckpoint() {
        try (TorchZipFile file = TorchZipFile.open(Fixtures.resource("wrapped.pth"))) {
            assertThat(file.names()).containsExactly("bias", "weight");
            assertThat(file.readFloats("weight")).containsExactly(0.5f, 0.5f);
        }
        try (TorchZipFile file = TorchZipFile.open(Fixtures.resource("wrapped.pth"), "optimizer")) {
            assertThat(file.names()).containsExactly("state.0.step");
            assertThat(file.readFloats("state.0.step")).containsExactly(2f);
        }
        assertThatThrownBy(() -> TorchZipFile.open(Fixtures.resource("wrapped.pth"), "ema"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected a dictionary 'ema', found keys [epoch, name, lr, done, state_dict");
    }

    @Test
    public void saysHowToConvertAProgram() {
        assertThatThrownBy(() -> TorchZipFile.open(Fixtures.resource("program.pt")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found a TorchScript program")
                .hasMessageContaining("d = torch.jit.load('program.pt', map_location='cpu').state_dict(); save_file(");
    }

    @Test
    public void saysHowToConvertTheOldFormat() {
        assertThatThrownBy(() -> TorchZipFile.open(Fixtures.resource("legacy.pt")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found PyTorch's old format")
                .hasMessageContaining("convert it once, in its folder: python -c \"import torch;")
                .hasMessageContaining("torch.load('legacy.pt', map_location='cpu', weights_only=False)");
    }

    /** What PyTorch keeps beside tensors and its restricted loading takes, too. */
    @Test
    public void passesOverValuesWithoutCode() throws IOException {
        String set = "c__builtin__\nset\n](K\1K\2e\u0085R";
        String device = "ctorch\ndevice\n" + text("cuda") + "K\0\u0086R";
        String complex = "c__builtin__\ncomplex\n(K\1K\2tR";
        String counter = "ccollections\nCounter\n}" + text("a") + "K\1s\u0085R";
        String newSet = "\u008f(K\1\u0090";
        String frozen = "(K\1\u0091";
        for (String value : List.of(set, device, complex, counter, newSet, frozen, "ctorch\nfloat16\n")) {
            String pickle = tensor(6, 0, "23", "31");
            String more = pickle.substring(0, pickle.length() - 1) + text("more") + value + "s.";
            try (TorchZipFile file = TorchZipFile.open(checkpoint(more, 24))) {
                assertThat(file.names()).containsExactly("w");
            }
        }
    }

    /** Files that Python reads when it is told to trust them get the command, with the warning. */
    @Test
    public void saysHowToConvertWhatPythonReads() throws IOException {
        for (String name : List.of("cargparse\nNamespace\n", "ctorch.nn.modules.linear\nLinear\n", "cldm\nEma\n")) {
            Path file = checkpoint("\u0080\2}" + text("a") + name + ")\u0081s.", 0);
            assertThatThrownBy(() -> TorchZipFile.open(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("which is not allowed: it may run code.\nOnly if you trust who made the file")
                    .hasMessageContaining("torch.load('made.pt', map_location='cpu', weights_only=False)");
        }
        for (String name : List.of("_utils\n_rebuild_qtensor\n", "\nComplexFloatStorage\n", "\nfloat8_e4m3fn\n")) {
            String dotted = name.startsWith("\n") ? "ctorch" : "ctorch.";
            Path file = checkpoint("\u0080\2}" + text("a") + dotted + name + "s.", 0);
            assertThatThrownBy(() -> TorchZipFile.open(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("', which is not read. Save its tensors as dense ones of float32");
        }
    }

    /** An attack is not answered by a way to run it, nor is a damaged file, which Python does not read either. */
    @Test
    public void givesNoAdviceToLoadAnAttackOrARuin() throws IOException {
        String namespace = "\u0080\2cargparse\nNamespace\n";
        for (String attack : List.of(
                "\u0080\2cposix\nsystem\n" + text("echo") + "\u0085R.",
                "cos\nsystem\n(S'echo'\ntR.",
                "\u0080\4\u008c\10builtins\u008c\4eval\u0093.",
                "c__builtin__\nexec\n.",
                "ctorch\nload\n.",
                "csubprocess\nPopen\n.",
                "(ios\nsystem\n.",
                namespace + "cos\nsystem\n.",
                namespace + "\u008c\5posix\u0094\u008c\6system\u0094\u0093.",
                namespace + text("posix") + "q\1" + text("system") + "q\2\u0093.",
                namespace + text("builtins") + text("exec") + "\u0093.")) {
            assertThatThrownBy(() -> TorchZipFile.open(checkpoint(attack, 0)))
                    .isInstanceOf(UserException.class)
                    .hasMessageEndingWith("Do not load it in Python either.");
        }
        Path old = Fixtures.write(
                Fixtures.folder().resolve("old.pt"),
                ("\u0080\2K\1K\1K\1K\1.cos\nsystem\n.").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TorchZipFile.open(old))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("Do not load it in Python either.");
        for (String ruin : List.of("\u0080\2}", "\u0080\2RRR.", "}".repeat(600_000))) {
            assertThatThrownBy(() -> TorchZipFile.open(checkpoint(ruin, 0)))
                    .isInstanceOf(UserException.class)
                    .hasMessageEndingWith("Download or copy it again.");
        }
    }

    /** Names that begin within names are not searched to their end each time. */
    @Test(timeOut = 20_000)
    public void looksForAttacksInATimeByTheLength() {
        byte[] names = "cos.".repeat(500_000).getBytes(StandardCharsets.ISO_8859_1);
        assertThat(PickleNames.hasAttack(names)).isFalse();
    }

    @Test
    public void givesNoCommandWhereTheTopIsNoDictionary() throws IOException {
        for (String top : List.of("]", ")", "N", "K\1")) {
            assertThatThrownBy(() -> TorchZipFile.open(checkpoint("\u0080\2" + top + ".", 0)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("expected a dictionary of tensors, found ")
                    .hasMessageEndingWith("Save the tensors as a dictionary, by the model's names.");
        }
    }

    /** What a shell would take for its own is no part of a command. */
    @Test
    public void quotesNoNameOfAFileThatAShellWouldRead() throws IOException {
        Path file = checkpoint("\u0080\2cargparse\nNamespace\n.", 0);
        Path odd = Files.move(file, file.resolveSibling("a$(date)'.pt"));
        assertThatThrownBy(() -> TorchZipFile.open(odd))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("torch.load('FILE', ");
    }

    /** A checkpoint made of a pickle, written in Latin-1, and one storage of zeros. */
    private static Path checkpoint(String pickle, int storageBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(pickle.getBytes(StandardCharsets.ISO_8859_1));
            zip.putNextEntry(new ZipEntry("archive/data/0"));
            zip.write(new byte[storageBytes]);
        }
        return Fixtures.write(Fixtures.folder().resolve("made.pt"), bytes.toByteArray());
    }

    private static String text(String value) {
        return "X" + (char) value.length() + "\0\0\0" + value;
    }

    /** {"w": tensor} over the storage "0" of so many floats; sizes, strides and offset of one digit each. */
    private static String tensor(int storageElements, int offset, String sizes, String strides) {
        return "\u0080\2}" + text("w") + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage")
                + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K" + (char) storageElements + "tQ" + "K"
                + (char) offset + tuple(sizes) + tuple(strides) + "\u0089ccollections\nOrderedDict\n)RtRs.";
    }

    private static String tuple(String digits) {
        StringBuilder text = new StringBuilder("(");
        digits.chars().forEach(d -> text.append('K').append((char) (d - '0')));
        return text.append('t').toString();
    }

    @Test
    public void readsATensorMadeByHand() throws IOException {
        try (TorchZipFile file = TorchZipFile.open(checkpoint(tensor(6, 0, "23", "31"), 24))) {
            assertThat(file.readFloats("w")).containsOnly(0f).hasSize(6);
        }
    }

    @DataProvider
    public Object[][] hostile() {
        String manyDicts = String.join("", Collections.nCopies(40, "}" + text("a")));
        return new Object[][] {
            {"\u0080\2cposix\nsystem\n" + text("echo") + "\u0085R.", "refers to 'posix.system', which is not allowed"},
            {"\u0080\4" + "\u008c\10builtins\u008c\4eval\u0093.", "refers to 'builtins.eval'"},
            {"cos\nsystem\n(S'echo'\ntR.", "refers to 'os.system'"},
            {"(ios\nsystem\n.", "operation 0x69, which is not allowed"},
            {"\u0080\2ctorch\nload\n.", "refers to 'torch.load'"},
            {"\u0080\2ctorch\nFloatStorage\n)R.", "calls 'torch.FloatStorage'"},
            {"\u0080\2ccollections\nOrderedDict\n}b.", "sets attributes of an object"},
            {"\u0080\2}", "cut short"},
            {"", "cut short"},
            {"X\u00ff\u00ff\u00ff\u007f", "cut short"},
            {"\u0080\2RRR.", "malformed"},
            {"\u0080\2h\5.", "malformed"},
            {"\u0080\2N.", "expected a dictionary of tensors"},
            {"\u0080\2}]Ns.", "a key that is neither text nor a number"},
            {"\u0080\2" + manyDicts + "}" + "s".repeat(40) + ".", "nested too deeply"},
            {"\u0080\2}q\0" + text("a") + "h\0s.", "nested too deeply"},
            {tensor(6, 1, "23", "31"), "shape [2, 3], strides [3, 1], offset 1 reach beyond its 6 elements"},
            {tensor(6, 0, "23", "1"), "reach beyond its 6 elements"},
            {tensor(7, 0, "23", "31"), "tensor 'w': expected 28 bytes of data, found 24"},
            {tensor(6, 0, "99999999999", "00000000000"), "too often to be true"},
            {tensor(6, 0, "9".repeat(30), "0".repeat(30)), "too large to be true"},
        };
    }

    @Test(dataProvider = "hostile")
    public void refusesWhatIsDamagedOrHostile(String pickle, String message) throws IOException {
        Path file = checkpoint(pickle, 24);
        assertThatThrownBy(() -> TorchZipFile.open(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    @Test
    public void refusesAPickleThatUnpacksToTooMuch() throws IOException {
        assertThatThrownBy(() -> TorchZipFile.open(checkpoint("N".repeat(40_000_000), 0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("data.pkl is larger than");
        assertThatThrownBy(() -> TorchZipFile.open(checkpoint("}".repeat(600_000), 0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("more than 500000 dictionaries and lists");
    }

    /** A list in the memo can be named again and again, for two bytes each time. */
    @Test
    public void refusesAPickleThatRepeatsItself() {
        String numbers = "](" + "K\u0001".repeat(60) + "eq\u0000";
        String size = "ctorch\nSize\nq\u0001";
        String repeated = "h\u0001h\u0000\u0085R0".repeat(4000);
        assertThatThrownBy(() -> TorchZipFile.open(checkpoint(numbers + size + repeated + "}.", 0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("repeats the sizes of tensors too often");
        String axes = "(" + "K\u0001".repeat(65) + "t";
        assertThatThrownBy(() -> TorchZipFile.open(checkpoint("ctorch\nSize\n" + axes + "\u0085R.", 0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("more than 64 axes");
        String nested = "}q\u0000X\u0010\u0000\u0000\u0000" + "k".repeat(16) + "q\u0001h\u0000s.";
        assertThatThrownBy(() -> TorchZipFile.open(checkpoint(nested, 0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("nested too deeply or hold too much");
    }

    /** A packed storage is unpacked from its start for each, and what a view spans is read for two elements of it. */
    @Test
    public void refusesManyViewsThatAreFarIn() throws IOException {
        int elements = 500_000;
        String far = number(elements - 1) + "(K\1t(K\1t";
        String wide = "K\0(K\2t(" + number(elements - 1) + "t";
        for (String view : List.of(far, wide)) {
            StringBuilder pickle = new StringBuilder("\u0080\2}(");
            for (int i = 0; i < 1_000; i++) {
                pickle.append(text("w" + i) + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage")
                        + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(elements) + "tQ" + view
                        + "\u0089ccollections\nOrderedDict\n)RtR");
            }
            Path file = checkpoint(pickle.append("u.").toString(), elements * Float.BYTES);
            assertThatThrownBy(() -> TorchZipFile.open(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("to read its tensors would take more than ");
        }
    }

    private static String number(int value) {
        StringBuilder text = new StringBuilder("J");
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            text.append((char) (value >> shift & 0xff));
        }
        return text.toString();
    }

    @Test
    public void refusesATruncatedArchiveAndOtherFiles() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.resource("state.pt"));
        Path cut = Fixtures.write(Fixtures.folder().resolve("cut.bin"), Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(() -> TorchZipFile.open(cut))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("damaged or truncated");
        Path text = Fixtures.write(Fixtures.folder().resolve("text.bin"), "hello".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TorchZipFile.open(text))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found something else");
    }

    @Test
    public void anEntryThatIsThereTwiceIsRefused() throws IOException {
        Path file = Files.createTempFile("twice", ".pt");
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                for (String name : List.of("m/data.pkl", "m/data/0", "m/data/1")) {
                    zip.putNextEntry(new ZipEntry(name));
                    zip.write(1);
                }
            }
            String text = bytes.toString(StandardCharsets.ISO_8859_1).replace("m/data/1", "m/data/0");
            Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> TorchZipFile.open(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("holds m/data/0 twice");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void safetensorsUnderAnotherNameIsToldSo() throws IOException {
        Path file = Files.createTempFile("weights", ".ckpt");
        try {
            Files.write(file, "\u0002\0\0\0\0\0\0\0{}".getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> TorchZipFile.open(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("found a safetensors file under another name. Rename it")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("torch.load"));
        } finally {
            Files.delete(file);
        }
    }
}
