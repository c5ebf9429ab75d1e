package org.tempera.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What is said of malformed JSON names neither the library that reads it, nor its features, nor its classes. */
public class JsonWordsTest {
    @DataProvider
    public Object[][] malformed() {
        return new Object[][] {
            {""},
            {"{"},
            {"{\"a\":"},
            {"{\"a\":[1,2"},
            {"{\"a\":\"x"},
            {"{\"a\":1}}"},
            {"{\"a\":1} {}"},
            {"{\"a\":1,}"},
            {"{a:1}"},
            {"{'a':1}"},
            {"{\"a\":1 /* one */}"},
            {"// one\n{}"},
            {"{\"a\":01}"},
            {"{\"a\":+1}"},
            {"{\"a\":.5}"},
            {"{\"a\":1.}"},
            {"{\"a\":nul}"},
            {"{\"a\":\"\u0001\"}"},
            {"{\"a\":\"\\x\"}"},
            {"[".repeat(2000)},
            {"{\"a\":" + "[".repeat(1500)},
            {"{\"a\":" + "9".repeat(2000) + "}"},
            {"{\"a\":1e" + "9".repeat(20) + "}"},
            {"{\"" + "k".repeat(60_000) + "\":1}}"},
            {"\u0000"},
            {"\ufeff{"},
        };
    }

    @Test(dataProvider = "malformed")
    public void saysNothingOfTheLibrary(String text) throws IOException {
        Path file = Files.createTempFile("malformed", ".json");
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
            requireOurs(catchThrowable(() -> ForeignJson.readObject(file)));
            requireOurs(catchThrowable(() -> PlainJson.readObject(text)));
            requireOurs(catchThrowable(() -> PlainJson.readForeignObject(text)));
        } finally {
            Files.delete(file);
        }
    }

    /** Some of these are read: a number of any size, by what reads others' files. */
    private static void requireOurs(Throwable thrown) {
        if (thrown != null) {
            assertThat(thrown).isInstanceOfAny(UserException.class, PlainJson.MalformedException.class);
            assertThat(thrown.getMessage())
                    .doesNotContain(
                            "Feature", "Stream", "Source", "`", "jackson", "enable", "token of type", "marker", "null)")
                    .doesNotContainPattern("JsonNode|\\bbound as\\b|redacted|REDACTED")
                    .hasSizeLessThan(400);
        }
    }

    @Test
    public void saysWhatIsWrong() {
        assertThatThrownBy(() -> PlainJson.read("{\"a\":1,\"a\":2}")).hasMessage("the key 'a' stands in it twice");
        assertThatThrownBy(() -> PlainJson.read("{\"a\":NaN}")).hasMessage("NaN is no value of JSON");
        assertThatThrownBy(() -> PlainJson.read("[1,")).hasMessage("it ends too early");
    }
}
