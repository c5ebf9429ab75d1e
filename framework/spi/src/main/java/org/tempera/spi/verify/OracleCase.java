package org.tempera.spi.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;

/**
 * One case of an oracle folder. Every accessor that names a key throws {@link org.tempera.spi.UserException} with the
 * case and the key if it is missing or of another type.
 */
public interface OracleCase {
    /** Its name in the folder, for messages. */
    String name();

    /** The kind that computes it, see {@link OracleKind#kind}. */
    String kind();

    /** Folder that relative paths of this case start from. */
    Path folder();

    /** The model's folder or file. */
    Path weights();

    /** Whether the case gives an input. */
    boolean hasInput(String key);

    /** A finite number. */
    double number(String key);

    /** True or false. */
    boolean flag(String key);

    /** A text. */
    String word(String key);

    /** A list of texts. */
    List<String> texts(String key);

    /** A tensor of floats in PyTorch's layout. */
    HostTensor tensor(String key);

    /** A tensor of bytes or integers. */
    OracleValue.Integers integers(String key);

    /** The adapter of the case, its path resolved. */
    Optional<AdapterFile> adapter();

    /** A file or folder that an input names, resolved. */
    Path path(String key);

    /** An object as plain data, such as a reward's config block. */
    Map<String, Object> object(String key);

    /** Names of the outputs that are expected. */
    Set<String> outputs();
}
