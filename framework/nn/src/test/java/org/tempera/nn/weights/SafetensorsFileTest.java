package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SafetensorsFileTest {
    @Test
    public void readsEveryDtypeAsTheReferenceWroteIt() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.resource("every-dtype.safetensors"))) {
            assertThat(file.names())
                    .containsExactly(
                            "bf16", "bool", "empty", "f16", "f32", "f64", "i16", "i32", "i64", "i8", "scalar", "u8");
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
            assertThat(file.info("f32")).isEqualTo(new TensorInfo("f32", DType.F32, Shape.of(2, 3)));
            assertThat(file.readFloats("f32")).containsExactly(1.1f, -2.2f, 3.3f, 4.4f, 5.5f, 6.6f);
            assertThat(file.readFloats("f16")).containsExactly(1.5f, -65504f, 0x1p-24f, Float.POSITIVE_INFINITY);
            assertThat(file.readFloats("bf16")[0]).isEqualTo(1.5f);
            assertThat(file.readFloats("bf16")[2]).isEqualTo(0x1p-130f);
            assertThat(file.readFloats("f64")).containsExactly(0.1f, Float.NEGATIVE_INFINITY);
            assertThat(file.info("scalar").shape()).isEqualTo(Shape.scalar());
            assertThat(file.readFloats("scalar")).containsExactly(7f);
            assertThat(file.readFloats("empty")).isEmpty();
            assertThat(file.readLongs("bool")).containsExactly(1, 0, 1);
            assertThat(file.readLongs("u8")).containsExactly(0, 127, 255);
            assertThat(file.readLongs("i8")).containsExactly(-128, 0, 127);
            assertThat(file.readLongs("i16")).containsExactly(-32768, 32767);
            assertThat(file.readLongs("i32")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
            assertThat(file.readLongs("i64")).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
        }
    }

    @Test
    public void appendsToABufferAndRefusesOneThatIsTooSmall() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.resource("every-dtype.safetensors"))) {
            FloatBuffer target = FloatBuffer.allocate(7);
            file.readFloats("scalar", target);
            file.readFloats("f32", target);
            assertThat(target.remaining()).isZero();
            assertThat(target.array()).startsWith(7f, 1.1f);
            assertThatThrownBy(() -> file.readFloats("f32", FloatBuffer.allocate(5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("6 elements")
                    .hasMessageContaining("room for 5");
        }
    }

    @Test
    public void namesTheNearestTensorsWhenOneIsNotThere() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.resource("every-dtype.safetensors"))) {
            assertThatThrownBy(() -> file.readFloats("scaler"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no tensor is named 'scaler' among its 12. Nearest: 'scalar'.");
        }
    }

    @Test
    public void keepsIntegersAndFloatsApart() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.resource("every-dtype.safetensors"))) {
            assertThatThrownBy(() -> file.readFloats("i64"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("tensor 'i64': expected a floating tensor")
                    .hasMessageContaining("found I64");
            assertThatThrownBy(() -> file.readLongs("f16"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("expected an integer tensor, found F16");
        }
    }

    /** safetensors writes them; such a file is not damaged, and a copy would be no better. */
    @Test
    public void namesTheDtypesThatAreNotRead() {
        for (String dtype :
                List.of("F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F6_E2M3", "F4", "U16", "U32", "U64", "C64")) {
            String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                    + "\"b\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[8,16]},".formatted(dtype)
                    + "\"c\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[16,24]}}".formatted(dtype);
            Path file = Fixtures.safetensors(Fixtures.folder(), header, 24);
            assertThatThrownBy(() -> SafetensorsFile.open(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(file + ": 2 of its 3 tensors have a dtype that is not read: " + dtype
                            + " (such as 'b'). Read are [BOOL, U8,")
                    .hasMessageNotContaining("ownload")
                    .hasMessageNotContaining("sound");
        }
    }

    @DataProvider
    public Object[][] damagedHeaders() {
        String a = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
        return new Object[][] {
            {"{" + a + "}", 4, "the file is truncated: the tensors take 8 bytes, the file has 4"},
            {"{" + a + "}", 12, "12 bytes after its header, of which the tensors take only 8"},
            {"{" + a.replace("F32", "f32") + "}", 8, "tensor 'a': expected a dtype, found 'f32'"},
            {
                "{" + a.replace("F32", "F8_E4M3") + ","
                        + a.replace("\"a\"", "\"b\"").replace("[2]", "[3]") + "}",
                8,
                "not a sound safetensors file: tensor 'b': F32 [3] takes 12 bytes"
            },
            {"{" + a.replace("[2]", "[3]") + "}", 8, "F32 [3] takes 12 bytes, but data_offsets [0, 8] span 8"},
            {"{" + a.replace("[2]", "[-2]") + "}", 8, "expected whole numbers of at least 0 at shape, found -2"},
            {"{" + a.replace("[0,8]", "[8,0]") + "}", 8, "data_offsets [8, 0] span -8"},
            {"{" + a.replace("[2]", "[4294967296,4294967296]") + "}", 8, "is too large to be true"},
            {"{" + a.replace("[2]", "[2.5]") + "}", 8, "expected whole numbers of at least 0 at shape, found 2.5"},
            {"{" + a.replace("[2]", "[99999999999999999999]") + "}", 8, "not valid JSON"},
            {"{" + a + "," + a + "}", 8, "the key 'a' stands in it twice"},
            {
                "{" + a + "," + a.replace("\"a\"", "\"b\"").replace("[0,8]", "[4,12]") + "}",
                12,
                "tensor 'b' begins at byte 4 and overlaps tensor 'a', which ends at 8"
            },
            {
                "{" + a + "," + a.replace("\"a\"", "\"b\"").replace("[0,8]", "[12,20]") + "}",
                20,
                "tensor 'b' begins at byte 12 and leaves a hole after tensor 'a', which ends at 8"
            },
            {"{" + a.replace("[0,8]", "[4,12]") + "}", 12, "leaves a hole after the header"},
            {"{" + a, 8, "not valid JSON"},
            {"[" + a + "]", 8, "expected the header to begin with '{'"},
            {"{\"a\":1}", 0, "tensor 'a': expected an object"},
            {"{\"a\":{\"dtype\":\"F32\"}}", 0, "tensor 'a': expected dtype, shape and two data_offsets"},
            {"{\"__metadata__\":{\"k\":1}}", 0, "expected a string at __metadata__.k"},
            {"{} {}", 0, "goes on after its closing brace"},
        };
    }

    @Test(dataProvider = "damagedHeaders")
    public void refusesADamagedHeader(String header, int dataBytes, String message) {
        Path file = Fixtures.safetensors(Fixtures.folder(), header, dataBytes);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message)
                .hasMessageContaining("again.");
    }

    @Test
    public void listsSeveralDamagedTensorsAtOnce() {
        Path file = Fixtures.safetensors(
                Fixtures.folder(),
                "{\"a\":{\"dtype\":\"f9\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,16]}}",
                16);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .hasMessageContaining("2 problems:")
                .hasMessageContaining("- tensor 'a': expected a dtype, found 'f9'")
                .hasMessageContaining("- tensor 'b': F32 [3] takes 12 bytes");
    }

    @DataProvider
    public Object[][] otherFiles() {
        return new Object[][] {
            {new byte[3], "expected a safetensors file, found only 3 bytes"},
            {new byte[] {16, 0, 0, 0, 0, 0, 0, 0, '{'}, "the file is truncated: its header takes 16 bytes"},
            {
                new byte[] {1, (byte) 0xe1, (byte) 0xf5, 5, 0, 0, 0, 0, '{'},
                "at most 25000000 bytes, found a length of 100000001"
            },
            {new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{'}, "found a length of 18446744073709551615"},
            {"version https://git-lfs".getBytes(StandardCharsets.US_ASCII), "Git LFS pointer"},
            {"PK\3\4          ".getBytes(StandardCharsets.US_ASCII), "found a zip archive"},
        };
    }

    @Test(dataProvider = "otherFiles")
    public void saysWhatTheFileIsInstead(byte[] content, String message) {
        Path file = Fixtures.write(Fixtures.folder().resolve("other.safetensors"), content);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    public void saysThatThereIsNoFile() {
        Path file = Fixtures.folder().resolve("none.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": no such file. Check the path.");
    }

    @Test
    public void noticesThatTheFileWasCutShortAfterOpening() throws IOException {
        Path file = Fixtures.folder().resolve("cut.safetensors");
        Files.copy(Fixtures.resource("every-dtype.safetensors"), file);
        try (SafetensorsFile open = SafetensorsFile.open(file);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 3);
            assertThatThrownBy(() -> open.readLongs("bool"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("tensor 'bool': the file was cut short after it was opened");
        }
    }
}
