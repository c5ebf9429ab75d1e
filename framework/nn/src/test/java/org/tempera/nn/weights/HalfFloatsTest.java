package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.testng.annotations.Test;

public class HalfFloatsTest {
    /** The value by its definition: sign, exponent and fraction, in doubles. */
    private static double halfByDefinition(int bits) {
        double sign = (bits & 0x8000) == 0 ? 1 : -1;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0 ? sign * fraction * 0x1p-24 : sign * (1024 + fraction) * Math.scalb(1.0, exponent - 25);
    }

    @Test
    public void readsEveryHalfByItsDefinition() {
        for (int bits = 0; bits < 65536; bits++) {
            double expected = halfByDefinition(bits);
            float got = HalfFloats.fromHalf((short) bits);
            assertThat(Double.compare(got, expected)).as("pattern %04x", bits).isZero();
        }
    }

    @Test
    public void everyHalfComesBackFromItsFloat() {
        for (int bits = 0; bits < 65536; bits++) {
            boolean nan = (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0;
            int expected = nan ? bits | 0x200 : bits;
            assertThat(HalfFloats.toHalf(HalfFloats.fromHalf((short) bits)) & 0xffff)
                    .as("pattern %04x", bits)
                    .isEqualTo(expected);
        }
    }

    @Test
    public void everyBfloat16ComesBackFromItsFloat() {
        for (int bits = 0; bits < 65536; bits++) {
            float value = HalfFloats.fromBfloat16((short) bits);
            assertThat(Float.floatToRawIntBits(value)).isEqualTo(bits << 16);
            boolean nan = (bits & 0x7f80) == 0x7f80 && (bits & 0x7f) != 0;
            assertThat(HalfFloats.toBfloat16(value) & 0xffff).isEqualTo(nan ? bits | 0x40 : bits);
        }
    }

    @Test
    public void roundsToTheNearestHalfAndTiesToTheEvenOne() {
        for (int low = 0; low < 0x7bff; low++) {
            double a = halfByDefinition(low);
            double b = halfByDefinition(low + 1);
            // The middle of two neighbouring halves has 12 bits: exact as a float.
            float middle = (float) ((a + b) / 2);
            int even = (low & 1) == 0 ? low : low + 1;
            assertThat((int) HalfFloats.toHalf(middle)).isEqualTo(even);
            assertThat((int) HalfFloats.toHalf(Math.nextDown(middle))).isEqualTo(low);
            assertThat((int) HalfFloats.toHalf(Math.nextUp(middle))).isEqualTo(low + 1);
            assertThat(HalfFloats.toHalf(-middle) & 0xffff).isEqualTo(even | 0x8000);
        }
    }

    @Test
    public void overflowsToInfinityFromTheMiddleAboveTheLargestHalf() {
        assertThat(HalfFloats.toHalf(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(HalfFloats.toHalf(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfFloats.toHalf(-Float.MAX_VALUE)).isEqualTo((short) 0xfc00);
        assertThat(HalfFloats.toBfloat16(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
    }

    @Test
    public void roundsToTheNearestBfloat16() {
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt() & 0xff7fffff);
            float below = Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
            float above = Float.intBitsToFloat((Float.floatToRawIntBits(value) & 0xffff0000) + 0x10000);
            float got = HalfFloats.fromBfloat16(HalfFloats.toBfloat16(value));
            double down = Math.abs((double) value - below);
            double up = Math.abs((double) above - value);
            if (down == up) {
                assertThat((Float.floatToRawIntBits(got) >> 16) & 1).isZero();
            } else {
                assertThat(got).as("%s", value).isEqualTo(down < up ? below : above);
            }
        }
    }
}
