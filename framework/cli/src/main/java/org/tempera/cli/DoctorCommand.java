package org.tempera.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tempera.runtime.doctor.Check;
import org.tempera.runtime.doctor.Check.State;
import org.tempera.runtime.doctor.Doctor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says whether this machine can train, and what to do where it cannot. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Looks at Java, TensorFlow's native library, processor, memory, disk, GPU and the workers that"
                + " TF_CONFIG names: a line for each, and what to do where something is missing.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:training can run as it is configured here", "2:something is missing"})
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--gpu", description = "Ask for a GPU: whatever one lacks is missing.")
    private boolean gpu;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        output.status("loading TensorFlow in another process ...");
        Doctor doctor = Doctor.examine(gpu);
        output.table(doctor.checks().stream().map(DoctorCommand::row).toList());
        doctor.remedies().forEach((remedy, names) -> {
            output.result("");
            output.result(String.join(", ", names) + ":");
            output.result("  " + remedy);
        });
        output.result("");
        output.result(conclusion(doctor));
        output.document(doctor.toMap());
        return doctor.isWell() ? 0 : Failure.USER_ERROR;
    }

    private static List<String> row(Check check) {
        return List.of(check.state().label(), check.area().label(), check.name(), check.found());
    }

    private static String conclusion(Doctor doctor) {
        List<String> parts = new ArrayList<>();
        parts.add(doctor.isWell() ? "Training can run here" : "Training cannot run here as it is configured");
        long missing = doctor.count(State.MISSING);
        long warnings = doctor.count(State.WARNING);
        if (missing > 0) {
            parts.add(missing + " missing");
        }
        if (warnings > 0) {
            parts.add(warnings + (warnings == 1 ? " warning" : " warnings"));
        }
        return String.join(", ", parts) + ".";
    }
}
