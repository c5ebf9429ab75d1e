package org.tempera.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ForeignJsonTest {
    private static Path file(String text) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "test-files"));
        return Files.writeString(Files.createTempFile(folder, "foreign", ".json"), text);
    }

    @Test
    public void readsWhatPythonWrites() throws IOException {
        ObjectNode read = ForeignJson.readObject(file("{\"lambda_min_clipped\": -Infinity, \"a\": NaN, \"b\": Infinity,"
                + " \"c\": 1e400, \"d\": 123456789012345678901234567890, \"e\": null}"));
        assertThat(read.get("lambda_min_clipped").doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(read.get("a").doubleValue()).isNaN();
        assertThat(read.get("b").doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read.get("c").doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read.get("d").isNumber()).isTrue();
        assertThat(read.get("e").isNull()).isTrue();
    }

    @DataProvider
    public Object[][] refused() {
        return new Object[][] {
            {"", "expected a JSON object"},
            {"[1]", "expected a JSON object"},
            {"{\"a\":", "cannot be read as JSON"},
            {"{} {}", "cannot be read as JSON"},
            {"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer, not the file. Run 'git lfs pull'"},
            {"{\"a\": nan}", "(line 1, column"},
            {"{\"a\":" + "[".repeat(100_000), "cannot be read as JSON"},
            {"{\"a\":" + "9".repeat(2000) + "}", "cannot be read as JSON"},
            {"{\"a\":[" + "[],".repeat(1 << 20) + "0]}", "it has more than 400000 values"},
            {"{\"a\":\"" + "x".repeat(5 << 20) + "\"}", "expected at most 4194304 bytes of JSON, found 5242888"},
        };
    }

    @Test(dataProvider = "refused")
    public void refusesInOneMessage(String text, String message) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> ForeignJson.readObject(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }
}
