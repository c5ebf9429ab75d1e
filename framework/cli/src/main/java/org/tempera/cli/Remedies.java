package org.tempera.cli;

import java.util.List;
import org.tempera.base.text.ShellWord;
import org.tempera.spi.Remedy;

/**
 * How the steps that a message speaks of are taken on the command line.
 *
 * @param command that was given, such as {@code score}, which decides what else helps; empty without one
 * @param localWorkers how many processes of this machine were asked to train, which whoever goes on needs as well
 */
record Remedies(String command, int localWorkers) {
    /** Where no command in particular was given. */
    static Remedies ofNoCommand() {
        return new Remedies("", 1);
    }

    /** The message, and below it the commands and options for its steps, if there are any. */
    String after(String message, List<Remedy> steps) {
        if (steps.isEmpty()) {
            return message;
        }
        List<String> commands = steps.stream().map(this::command).toList();
        int last = commands.size() - 1;
        return message + "\nOn the command line: "
                + (last == 0 ? "" : String.join(", ", commands.subList(0, last)) + " or ") + commands.get(last);
    }

    private String command(Remedy step) {
        String argument = step.argument();
        return switch (step.action()) {
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

    /** The command that goes on with a run, to the same bits: by as many processes. */
    String resume(String folder) {
        return "tempera train --resume " + ShellWord.of(folder)
                + (localWorkers > 1 ? " " + LocalWorkersOption.NAME + " " + localWorkers : "");
    }

    /** What lowers the need of Java's heap, behind what raises the heap; empty where nothing is known to. */
    String orLessHeap() {
        return switch (command) {
            case "score", "fit-preference" -> ", or use smaller pictures";
            case "sample" -> ", or draw smaller pictures, or fewer at a time with --batch-size";
            case "train", "plan", "bench", "" -> ", or use fewer samples or steps in an epoch";
            default -> "";
        };
    }
}
