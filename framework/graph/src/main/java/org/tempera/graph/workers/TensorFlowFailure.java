package org.tempera.graph.workers;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.text.Printable;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/** A call into TensorFlow that failed, in its words, which name tasks and not workers. */
final class TensorFlowFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whom a connection led to that broke; the first of several is the first that did. */
    private static final Pattern PEER = Pattern.compile("remote target /job:worker/replica:0/task:(\\d{1,6})");

    /** Who tells of it, and that it ends everything. */
    private static final Pattern PREFIX =
            Pattern.compile("^(?:From /job:\\S+:\\s*)?(?:Collective ops is aborted by: )*");

    private static final Pattern ANOTHER = Pattern.compile("/task:(\\d{1,6})/\\S+ current incarnation doesn't match");

    private static final Pattern SIZES =
            Pattern.compile("joining a group with size\\s?(\\d{1,6}), but that group has size (\\d{1,6})");

    TensorFlowFailure(String message) {
        super(message);
    }

    /** The task whose connection broke. */
    Optional<Integer> peer() {
        return task(PEER);
    }

    /** The worker of which the leader knows another server. */
    Optional<Integer> ofAnotherIncarnation() {
        return task(ANOTHER);
    }

    /** How many workers there are, as two of them have it, the fewer first; empty where it is not that. */
    Optional<String> differentSizes() {
        Matcher sizes = SIZES.matcher(text());
        if (!sizes.find()) {
            return Optional.empty();
        }
        int one = Integer.parseInt(sizes.group(1));
        int other = Integer.parseInt(sizes.group(2));
        return Optional.of(Math.min(one, other) + " and " + Math.max(one, other));
    }

    /** What went wrong, in one line without its end; what follows in the message are places in TensorFlow's code. */
    String reason() {
        String line =
                PREFIX.matcher(text()).replaceFirst("").lines().findFirst().orElse("no reason is given");
        return Printable.line(line.strip().replaceFirst("\\.$", ""));
    }

    /** @throws TensorFlowFailure if the status is not that of success */
    static void check(TF_Status status) {
        if (tensorflow.TF_GetCode(status) != tensorflow.TF_OK) {
            throw new TensorFlowFailure(tensorflow.TF_Message(status).getString());
        }
    }

    private Optional<Integer> task(Pattern pattern) {
        Matcher task = pattern.matcher(text());
        return task.find() ? Optional.of(Integer.valueOf(task.group(1))) : Optional.empty();
    }

    private String text() {
        return String.valueOf(getMessage());
    }
}
