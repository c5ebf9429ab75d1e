package org.tempera.cli;

import java.util.List;
import org.tempera.base.text.ShellWord;
import org.tempera.spi.Remedy;

/** How the steps that a message speaks of are taken on the command line. */
final class Remedies {
    private Remedies() {}

    /** The message, and below it the commands and options for its steps, if there are any. */
    static String after(String message, List<Remedy> remedies) {
        if (remedies.isEmpty()) {
            return message;
        }
        List<String> commands = remedies.stream().map(Remedies::command).toList();
        int last = commands.size() - 1;
        return message + "\nOn the command line: "
                + (last == 0 ? "" : String.join(", ", commands.subList(0, last)) + " or ") + commands.get(last);
    }

    private static String command(Remedy remedy) {
        String argument = remedy.argument();
        return switch (remedy.action()) {
            case RESUME -> resume(argument);
            case OVERWRITE_RUN -> "--overwrite";
            case TAKE_FREE_NAME -> "--free-name";
            case REPLACE_FILE -> "--force";
            case GIVE_PROMPT -> "--prompt TEXT";
            case ADD_ADAPTER -> "--lora FILE";
            case PLAN_RUN -> "tempera plan RUN.conf";
            case SET_JVM_OPTION -> "TEMPERA_JAVA_OPTS=" + (argument.contains(" ") ? '"' + argument + '"' : argument);
        };
    }

    /** The command that goes on with a run. */
    static String resume(String folder) {
        return "tempera train --resume " + ShellWord.of(folder);
    }
}
