package org.tempera.core.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.testng.annotations.Test;

public class ParcelTest {
    @Test
    public void arrivesBitForBit() {
        HostTensor odd = HostTensor.of(new float[] {Float.NaN, -0f, Float.MIN_VALUE, 1}, 2, 2);
        Parcel arrived = Parcel.of(new Parcel(Map.of("names", List.of("a", "b")), Map.of("odd", odd)).bytes());
        assertThat(arrived.fields().texts("names")).containsExactly("a", "b");
        HostTensor tensor = arrived.tensors().getOrDefault("odd", HostTensor.scalar(0));
        assertThat(tensor.shape()).containsExactly(2, 2);
        assertThat(tensor.data()).containsExactly(odd.data());
    }

    /** The empty one is all senders'. */
    @Test
    public void cannotBeChanged() {
        assertThatThrownBy(() -> Parcel.empty().plain().put("a", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Parcel.empty().tensors().put("a", HostTensor.scalar(1)))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
