package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ByteSizeTest {
    @DataProvider
    public Object[][] sizes() {
        return new Object[][] {
            {0L, "0 bytes"},
            {1023L, "1023 bytes"},
            {1024L, "1.0 KiB"},
            {-1536L, "-1.5 KiB"},
            {(1L << 20) - 52, "1023.9 KiB"},
            {(1L << 20) - 1, "1.0 MiB"},
            {-(1L << 30) + 1, "-1.0 GiB"},
            {400L << 20, "400.0 MiB"},
            {8L << 30, "8.0 GiB"},
            {3000L << 30, "3000.0 GiB"}
        };
    }

    @Test(dataProvider = "sizes")
    public void isInTheLargestUnitOfWhichThereIsOne(long bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
    }
}
