package org.tempera.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class HostTensorTest {
    /** Each number says where it lies: 100 for the first axis, 10 for the second, 1 for the third. */
    private static HostTensor numbered(int a, int b, int c) {
        float[] data = new float[a * b * c];
        for (int i = 0; i < data.length; i++) {
            data[i] = 100 * (i / (b * c)) + 10 * (i / c % b) + i % c;
        }
        return HostTensor.of(data, a, b, c);
    }

    @DataProvider
    public Object[][] orders() {
        return new Object[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    }

    @Test(dataProvider = "orders")
    public void transposedNumbersLieWhereTheirAxesSay(int first, int second, int third) {
        int[] sizes = {2, 3, 4};
        int[] order = {first, second, third};
        HostTensor transposed = numbered(2, 3, 4).transpose(order);
        assertThat(transposed.shape()).containsExactly(sizes[first], sizes[second], sizes[third]);
        int[] weight = {100, 10, 1};
        int at = 0;
        for (int i = 0; i < sizes[first]; i++) {
            for (int j = 0; j < sizes[second]; j++) {
                for (int k = 0; k < sizes[third]; k++) {
                    assertThat(transposed.get(at++))
                            .isEqualTo(i * weight[first] + j * weight[second] + k * weight[third]);
                }
            }
        }
    }

    @Test
    public void transposingThereAndBackChangesNothing() {
        HostTensor tensor = numbered(2, 3, 4);
        assertThat(tensor.transpose(2, 0, 1).transpose(1, 2, 0)).isEqualTo(tensor);
        assertThat(HostTensor.scalar(3).transpose()).isEqualTo(HostTensor.scalar(3));
        assertThat(HostTensor.of(new float[0], 0, 3).transpose(1, 0).shape()).containsExactly(3, 0);
        assertThatThrownBy(() -> tensor.transpose(0, 1))
                .hasMessage("expected 3 axes, found [0, 1]")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void rowsAreCopiedFromTheFirstAxis() {
        HostTensor tensor = numbered(3, 2, 2);
        HostTensor rows = tensor.rows(1, 3);
        assertThat(rows.shape()).containsExactly(2, 2, 2);
        assertThat(rows.data()).containsExactly(100, 101, 110, 111, 200, 201, 210, 211);
        rows.data()[0] = -1;
        assertThat(tensor.get(4)).isEqualTo(100);
        assertThat(tensor.rows(1, 1).shape()).containsExactly(0, 2, 2);
        assertThat(HostTensor.of(new float[0], 0, 2).rows(0, 0).size()).isZero();
    }

    @Test
    public void rowsAreMadeOneByOne() {
        HostTensor rows = HostTensor.rows(3, 2, i -> new float[] {i, 10 * i});
        assertThat(rows).isEqualTo(HostTensor.of(new float[] {0, 0, 1, 10, 2, 20}, 3, 2));
    }

    @Test
    public void stackedTensorsHaveANewFirstAxis() {
        HostTensor one = HostTensor.of(new float[] {1, 2}, 2);
        HostTensor other = HostTensor.of(new float[] {3, 4}, 2);
        assertThat(HostTensor.stack(List.of(one, other))).isEqualTo(HostTensor.of(new float[] {1, 2, 3, 4}, 2, 2));
        assertThat(HostTensor.stack(List.of(HostTensor.scalar(5))).shape()).containsExactly(1);
        assertThatThrownBy(() -> HostTensor.stack(List.of(one, one.reshape(1, 2))))
                .hasMessage("cannot stack shape [1, 2] on shape [2]");
    }

    @Test
    public void aShapeHoldsAsManyNumbersAsThereAre() {
        assertThatThrownBy(() -> HostTensor.of(new float[5], 2, 3)).hasMessage("shape [2, 3] holds 6 numbers, found 5");
        // As an int the product would be 0.
        assertThatThrownBy(() -> HostTensor.of(new float[0], 1 << 16, 1 << 16)).hasMessageContaining("4294967296");
        assertThat(HostTensor.scalar(2).scalarValue()).isEqualTo(2);
        assertThat(HostTensor.scalar(2).rank()).isZero();
        assertThat(HostTensor.of(new float[] {7}, 1, 1).scalarValue()).isEqualTo(7);
        assertThatThrownBy(() -> HostTensor.of(new float[2], 2).scalarValue())
                .hasMessage("expected one number, found shape [2]");
    }

    @Test
    public void shapesAreNotHandedOut() {
        int[] shape = {2};
        HostTensor tensor = HostTensor.of(new float[2], shape);
        shape[0] = 9;
        tensor.shape()[0] = 8;
        assertThat(tensor.size(0)).isEqualTo(2);
    }
}
