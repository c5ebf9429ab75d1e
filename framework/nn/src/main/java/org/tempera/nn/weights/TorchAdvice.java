package org.tempera.nn.weights;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** What to do about a PyTorch file that is not read: a command for Python that makes a safetensors file of it. */
final class TorchAdvice {
    static final String DENSE = " Save its tensors as dense ones of float32, float16 or bfloat16.";

    static final String AGAIN = " Download or copy it again.";

    static final String NEVER =
            " No file of weights needs that: the file may be an attack. Do not load it in Python either.";

    static final String ATTACK_BEHIND =
            " Further on it has names by which files attack. Do not load it in Python either.";

    /** A shell and Python take such a name as it is, in quotes. */
    private static final Pattern PLAIN = Pattern.compile("[\\w.+-][\\w.+ ()-]*");

    private TorchAdvice() {}

    /** For a checkpoint, whatever classes of Python it needs; the top is a dictionary or a module. */
    static String load(Path path) {
        return command("torch.load('" + name(path) + "', map_location='cpu', weights_only=False); d = d.state_dict()"
                + " if hasattr(d, 'state_dict') else d.get('state_dict', d)");
    }

    /** For a TorchScript program. */
    static String program(Path path) {
        return command("torch.jit.load('" + name(path) + "', map_location='cpu').state_dict()");
    }

    private static String name(Path path) {
        String name = String.valueOf(path.getFileName());
        return PLAIN.matcher(name).matches() ? name : "FILE";
    }

    private static String command(String reading) {
        return "\nOnly if you trust who made the file, since this runs whatever code is in it, convert it once, in its"
                + " folder: python -c \"import torch; from safetensors.torch import save_file; d = " + reading
                + "; save_file({k: v.contiguous().clone() for k, v in d.items() if torch.is_tensor(v)},"
                + " 'model.safetensors')\"";
    }
}
