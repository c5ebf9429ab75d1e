package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LinkToNowhereTest {
    private CommandRunner command;
    private Path folder;
    private Path link;

    @BeforeClass
    public void makeLink() throws IOException {
        command = new CommandRunner();
        folder = Files.createTempDirectory("link-to-nowhere");
        link = Files.createSymbolicLink(folder.resolve("d"), Path.of("nowhere"));
    }

    @AfterClass
    public void removeFolder() throws IOException {
        command.close();
        Files.delete(link);
        Files.delete(folder);
    }

    @DataProvider
    public Object[][] commands() {
        return new Object[][] {
            {"score LINK --reward random"},
            {"score LINK --reward random --prompts LINK"},
            {"report LINK"},
            {"train LINK"},
            {"train --resume LINK"},
            {"verify LINK"},
        };
    }

    @Test(dataProvider = "commands")
    public void saysWhereItLeads(String arguments) {
        int code = command.run(arguments.replace("LINK", link.toString()).split(" "));
        assertThat(command.err()).contains(link + ": is a link to nowhere, which is not there.");
        assertThat(code).isEqualTo(2);
    }
}
