package org.tempera.nn.weights;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a pickle refers to by name, where that tells something: what PyTorch keeps beside tensors without any code, and
 * what no file of weights has, but files that attack do. The latter list cannot be complete: it decides about advice,
 * never about what is read.
 */
final class PickleNames {
    private static final Pattern NO_CODE =
            Pattern.compile("torch\\.(?:[a-z0-9_]*[0-9][a-z0-9_]*|\\w+Storage|bool|strided)"
                    + "|torch\\._utils\\._rebuild_\\w+|torch\\.serialization\\._get_layout");

    private static final String MODULES =
            "(?:os|posix|nt|subprocess|_posixsubprocess|commands|popen2|sys|pty|runpy|shutil|socket|ssl|asyncio"
                    + "|importlib|imp|pkgutil|webbrowser|urllib|requests|http|httplib|aiohttp|ftplib|smtplib|ctypes|code"
                    + "|codeop|timeit|profile|cProfile|pdb|bdb|trace|pip|pydoc|marshal|pickle|_pickle|cloudpickle|dill"
                    + "|torch\\.hub|torch\\.jit|torch\\.package|numpy\\.testing)(?:\\.[\\w.]{1,60})?";

    private static final String BUILTINS = "(?:__builtin__|builtins|__builtins__)";

    private static final String CALLS =
            "(?:eval|exec|execfile|compile|open|file|setattr|delattr|apply|globals|locals|input|breakpoint|__import__)";

    private static final Pattern ATTACK = Pattern.compile(MODULES + "\\.\\w+|" + BUILTINS + "\\." + CALLS
            + "|torch\\.load|torch\\.serialization\\.load|types\\.(?:Code|Function)Type");

    private static final String TEXT = "(?:\\x8c.|[XT].{3}\\x00|U.)";

    private static final String MEMO = "(?:\\x94|q.|r.{4})?";

    /**
     * The same in a pickle: names are lines of an operation, or texts that another operation joins. Their lengths are
     * bounded, and so is the time that each byte takes.
     */
    private static final Pattern WRITTEN = Pattern.compile(
            "[ci](?:" + MODULES + "\\n\\w{1,60}|" + BUILTINS + "\\n" + CALLS + "|torch(?:\\.serialization)?\\nload)\\n|"
                    + TEXT + "(?:" + MODULES + MEMO + TEXT + "\\w{1,60}|" + BUILTINS + MEMO + TEXT + CALLS + ")" + MEMO
                    + "\\x93",
            Pattern.DOTALL);

    private PickleNames() {}

    /** Whether a name is of a value that PyTorch keeps beside tensors, or of a kind of tensor. */
    static boolean isWithoutCode(String name) {
        return NO_CODE.matcher(name).matches();
    }

    /** Whether a name is one by which files attack. */
    static boolean isAttack(String name) {
        return ATTACK.matcher(name).matches();
    }

    /** Whether a pickle has such a name anywhere, which may be behind the first that is not read. */
    static boolean hasAttack(byte[] pickle) {
        return WRITTEN.matcher(new String(pickle, StandardCharsets.ISO_8859_1)).find();
    }
}
