package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class LowerCaseTest {
    @Test
    public void isTheLowerCaseOfTheJdk() {
        for (String text :
                new String[] {"", "API-Key", "\u0130stanbul", "\u039f\u0394\u039f\u03a3 \u0130\u03a3", "\ud801\udc00"
                }) {
            assertThat(LowerCase.of(text)).isEqualTo(text.toLowerCase(Locale.ROOT));
        }
    }

    /** If a Unicode to come has another one, the JDK copies for that one too. */
    @Test
    public void oneLetterAloneBecomesLonger() {
        assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                        .filter(c -> c != 0x130)
                        .mapToObj(Character::toString)
                        .filter(c -> LowerCase.of(c).length() > c.length()))
                .isEmpty();
    }

    @Test
    public void takesMemoryByTheLengthOfTheText() {
        String text = "\u0130".repeat(30_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(Secrets.isSecret(text)).isFalse();
        assertThat(LowerCase.of(text)).hasSize(60_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }
}
