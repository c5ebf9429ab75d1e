package org.tempera.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ExitCodeTest {
    @DataProvider
    public Object[][] ends() {
        return new Object[][] {
            {0, "has ended with exit code 0", ""},
            {2, "has ended with exit code 2", ""},
            {128, "has ended with exit code 128", ""},
            {129, "was ended by signal 1", "stop signal"},
            {130, "was ended by signal 2", "stop signal"},
            {132, "has crashed (signal 4)", "crash signal"},
            {134, "has crashed (signal 6)", "crash signal"},
            {137, "was killed, perhaps by the system for want of memory", "kill signal"},
            {138, "has ended with exit code 138", ""},
            {139, "has crashed (signal 11)", "crash signal"},
            {140, "was ended by signal 12", "signal"},
            {143, "was ended by signal 15", "stop signal"},
            {192, "was ended by signal 64", "signal"},
            {193, "has ended with exit code 193", ""},
            {255, "has ended with exit code 255", ""},
            {-1073741819, "has ended with exit code -1073741819", ""},
        };
    }

    @Test(dataProvider = "ends")
    public void saysHowAProcessEnded(int number, String words, String kinds) {
        ExitCode code = new ExitCode(number);
        assertThat(code.words()).isEqualTo(words);
        assertThat(code.isCrash()).isEqualTo(kinds.contains("crash"));
        assertThat(code.isKill()).isEqualTo(kinds.contains("kill"));
        assertThat(code.isStop()).isEqualTo(kinds.contains("stop"));
        assertThat(code.isOfSignal()).isEqualTo(kinds.contains("signal"));
    }

    @Test
    public void aSignalHasItsNumberBehind128() {
        assertThat(ExitCode.ofSignal(15)).isEqualTo(new ExitCode(143));
    }
}
