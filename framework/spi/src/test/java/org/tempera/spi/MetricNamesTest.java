package org.tempera.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

public class MetricNamesTest {
    @Test
    public void noTwoAreTheSame() throws IllegalAccessException {
        List<String> names = new ArrayList<>();
        for (Field constant : MetricNames.class.getFields()) {
            if (constant.getType() == String.class) {
                names.add((String) constant.get(null));
            }
        }
        assertThat(names).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(names)
                .filteredOn(name -> !name.equals(MetricNames.TIME))
                .allMatch(n -> n.matches("[a-z]+/[a-z_/]+"));
        // The name under which the combined reward is looked for is that of a reward called train.
        assertThat(MetricNames.reward("train")).isEqualTo(MetricNames.TRAIN_REWARD);
    }

    @Test
    public void partsOfTheTrajectoryHaveOneQuantity() {
        assertThat(MetricNames.ofAnyPart(MetricNames.mean(MetricNames.RATIO, 2)))
                .isEqualTo(MetricNames.ofAnyPart(MetricNames.mean(MetricNames.RATIO, MetricNames.PARTS)))
                .isNotEqualTo(MetricNames.ofAnyPart(MetricNames.deviation(MetricNames.RATIO, 2)));
        assertThat(MetricNames.ofAnyPart(MetricNames.RATIO_MEAN)).isEqualTo(MetricNames.RATIO_MEAN);
    }

    @Test
    public void aSlackTellsItsConstraint() {
        assertThat(MetricNames.constraint(MetricNames.slack("jpeg"))).contains("jpeg");
        assertThat(MetricNames.constraint(MetricNames.multiplier("jpeg"))).isEmpty();
        assertThat(MetricNames.constraint(MetricNames.bound("jpeg"))).isEmpty();
        assertThat(MetricNames.constraint("constraint/slack")).isEmpty();
    }
}
