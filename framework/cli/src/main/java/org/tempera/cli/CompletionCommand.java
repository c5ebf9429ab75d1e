package org.tempera.cli;

import java.util.concurrent.Callable;
import org.tempera.base.text.Words;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that makes a shell complete commands, options and files.",
            "For this session: source <(tempera completion bash). For all: put it into a file that the shell reads,"
                    + " such as ~/.local/share/bash-completion/completions/tempera; zsh reads it through ~/.zshrc."
        })
final class CompletionCommand implements Callable<Integer> {
    /** Shells that read the script; it tells them apart itself. */
    enum Shell {
        BASH,
        ZSH;

        /** As it is completed. */
        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it; the script is the same for both
    private Shell shell;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("tempera", spec.root().commandLine()));
        out.flush();
        return 0;
    }
}
