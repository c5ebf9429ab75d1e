package org.tempera.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class BuildInfoTest {
    @Test
    public void saysItsVersions() {
        BuildInfo build = BuildInfo.current();
        assertThat(build.version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(build.tensorflowVersion()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(build.description()).isNotBlank();
    }
}
