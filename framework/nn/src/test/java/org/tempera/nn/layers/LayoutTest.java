package org.tempera.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.tempera.nn.weights.TensorSource;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LayoutTest {
    @DataProvider
    public Object[][] layouts() {
        return new Object[][] {
            {Layout.SAME, Shape.of(7, 130), 13},
            {Layout.LINEAR, Shape.of(5, 130), 64},
            {Layout.LINEAR, Shape.of(130, 7), 1000},
            {Layout.LINEAR_AS_CONVOLUTION, Shape.of(3, 65), 7},
            {Layout.LINEAR_OR_CONVOLUTION, Shape.of(1, 1), 5},
            {Layout.CONVOLUTION, Shape.of(3, 2, 5, 67), 17},
            {Layout.CONVOLUTION, Shape.of(1, 1, 1, 200), 1},
            // More than a million numbers in a row, of which the others are few.
            {Layout.LINEAR, Shape.of((1 << 20) + 3, 2), 1 << 18},
            {Layout.LINEAR, Shape.of(0, 3), 4},
        };
    }

    @Test(dataProvider = "layouts")
    public void partsGiveWhatTheWholeGives(Layout layout, Shape shape, int part) {
        float[] file = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < file.length; i++) {
            file[i] = i + 1;
        }
        // Something before and behind, which must stay.
        FloatBuffer target = ByteBuffer.allocateDirect((file.length + 5) * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .position(2);
        TensorSource.FloatSink sink = layout.intoGraph(shape, target);
        float[] values = new float[part];
        for (int from = 0; from < file.length; from += part) {
            int count = Math.min(part, file.length - from);
            System.arraycopy(file, from, values, 0, count);
            sink.accept(values, count);
            Arrays.fill(values, Float.NaN);
        }
        assertThat(target.position()).isEqualTo(file.length + 2);
        float[] all = new float[file.length + 5];
        target.get(0, all);
        float[] expected = new float[file.length + 5];
        System.arraycopy(layout.toGraph(file, shape), 0, expected, 2, file.length);
        assertThat(Arrays.equals(all, expected)).as("%s %s", layout, shape).isTrue();
    }
}
