package org.tempera.cli;

import java.util.List;
import org.tempera.base.text.ShellWord;
import org.tempera.spi.Remedy;

/**
 * How the steps that a message speaks of are taken on the command line.
 *
 * @param command that was given, such as {@code score}, which decides what else helps; empty without one
 * @param localWorkers how many processes of this machine were asked to train, which whoever goes on needs as well
 * @param othersElsewhere whether the run has other workers, which were started by other commands
 */
record Remedies(String command, int localWorkers, boolean othersElsewhere) {
    /** What is to be done with the workers of a run that are not the first. */
    static final String START_OTHERS = "start the others as they were started before: tempera train RUN.conf";

    /** Where no command in particular was given. */
    static Remedies ofNoCommand() {
        return new Remedies("", 1, false);
    }

    /** The message, and below it the commands and options for its steps, if there are any. */
    String after(String message, List<Remedy> steps) {
        if (steps.isEmpty()) {
            return message;
        }
        List<String> commands = steps.stream().map(this::command).toList();
        int last = commands.size() - 1;
        boolean resumes = steps.stream().anyMatch(step -> step.action() == Remedy.Action.RESUME);
        return message + "\nOn the command line: "
                + (last == 0 ? "" : String.join(", ", commands.subList(0, last)) + " or ") + commands.get(last)
                + (othersElsewhere && resumes ? "; " + START_OTHERS : "");
    }

    /**
     * How a run that was stopped is gone on with, as a sentence without its end.
     *
     * @param from where it goes on, as in {@code " from the last checkpoint"}; empty where that is plain
     */
    String goOn(String folder, String from) {
        return othersElsewhere
                ? "To go on" + from + ", start all workers again. The first: " + resume(folder) + "; " + START_OTHERS
                : "Go on" + from + " with: " + resume(folder);
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
    private String resume(String folder) {
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
