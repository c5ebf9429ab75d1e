package org.tempera.cli;

import java.util.List;
import org.tempera.base.text.ShellWord;
import org.tempera.spi.Remedy;

/** How the steps that a message speaks of are taken on the command line. */
final class Remedies {
    private Remedies() {}

    /**
     * The message, and below it the commands and options for its steps, if there are any.
     *
     * @param localWorkers how many processes of this machine were asked to train, which whoever goes on needs as well
     */
    static String after(String message, List<Remedy> remedies, int localWorkers) {
        if (remedies.isEmpty()) {
            return message;
        }
        List<String> commands =
                remedies.stream().map(r -> command(r, localWorkers)).toList();
        int last = commands.size() - 1;
        return message + "\nOn the command line: "
                + (last == 0 ? "" : String.join(", ", commands.subList(0, last)) + " or ") + commands.get(last);
    }

    private static String command(Remedy remedy, int localWorkers) {
        String argument = remedy.argument();
        return switch (remedy.action()) {
            case RESUME -> resume(argument, localWorkers);
            case OVERWRITE_RUN -> "--overwrite";
            case TAKE_FREE_NAME -> "--free-name";
            case REPLACE_FILE -> "--force";
            case GIVE_PROMPT -> "--prompt TEXT";
            case ADD_ADAPTER -> "--lora FILE";
            case PLAN_RUN -> "tempera plan RUN.conf";
            case SET_JVM_OPTION -> "TEMPERA_JAVA_OPTS=" + (argument.contains(" ") ? '"' + argument + '"' : argument);
        };
    }

    /** The command that goes on with a run, to the same bits: by as many processes. */
    static String resume(String folder, int localWorkers) {
        return "tempera train --resume " + ShellWord.of(folder)
                + (localWorkers > 1 ? " " + LocalWorkersOption.NAME + " " + localWorkers : "");
    }
}
