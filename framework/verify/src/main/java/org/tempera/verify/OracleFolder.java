package org.tempera.verify;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.NamedPath;
import org.tempera.base.json.PlainJson;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.UserException;

/**
 * A folder of cases made by a reference implementation: {@code oracle.json} beside safetensors files. Holds the files
 * open.
 */
public final class OracleFolder implements AutoCloseable {
    /** What {@code format} must say. */
    public static final String FORMAT = "tempera-oracle/1";

    private static final double DEFAULT_TOLERANCE = 1e-4;

    private final Path file;
    private final String madeWith;
    private final OracleTensors tensors;
    private final List<StoredCase> cases;

    private OracleFolder(Path file, String madeWith, OracleTensors tensors, List<StoredCase> cases) {
        this.file = file;
        this.madeWith = madeWith;
        this.tensors = tensors;
        this.cases = cases;
    }

    /**
     * Reads a folder, or its {@code oracle.json}, and checks that every case is whole.
     *
     * @throws UserException if it cannot be used; the message names the file, and the case and the key if it is one
     */
    public static OracleFolder open(Path folderOrFile) {
        Path file = Files.isDirectory(folderOrFile) ? folderOrFile.resolve("oracle.json") : folderOrFile;
        Map<String, Object> json = json(file);
        if (!FORMAT.equals(json.get("format"))) {
            throw new UserException(file + ": key 'format': expected \"" + FORMAT + "\", found "
                    + describe(json.get("format")) + ". Make the folder again with a script of this version.");
        }
        OracleTensors tensors = new OracleTensors(tensorFiles(file, json));
        try {
            if (!(json.get("cases") instanceof List<?> list) || list.isEmpty()) {
                throw new UserException(file + ": key 'cases': expected a list of at least one case, found "
                        + describe(json.get("cases")) + ".");
            }
            List<StoredCase> cases = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                cases.add(storedCase(file, i, list.get(i), tensors));
            }
            return new OracleFolder(file, json.get("made_with") instanceof String s ? s : "", tensors, cases);
        } catch (RuntimeException | Error e) {
            tensors.close();
            throw e;
        }
    }

    /** The {@code oracle.json}. */
    public Path file() {
        return file;
    }

    /** The libraries that made it, as it says; empty if it does not. */
    public String madeWith() {
        return madeWith;
    }

    /** The cases in order. */
    public List<StoredCase> cases() {
        return List.copyOf(cases);
    }

    @Override
    public void close() {
        tensors.close();
    }

    private static Map<String, Object> json(Path file) {
        try {
            return PlainJson.readForeignObject(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new UserException(
                    file + ": " + AbsentPath.reason(file, "no such file")
                            + ". Expected a folder of reference cases, with an oracle.json in it.",
                    e);
        } catch (CharacterCodingException | PlainJson.MalformedException e) {
            throw new UserException(file + ": is not sound JSON: " + e.getMessage() + ". Make or copy it again.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }

    private static List<SafetensorsFile> tensorFiles(Path file, Map<String, Object> json) {
        Object named = json.get("tensors");
        List<?> names = named instanceof List<?> several ? several : named == null ? List.of() : List.of(named);
        List<SafetensorsFile> files = new ArrayList<>();
        try {
            for (Object name : names) {
                if (!(name instanceof String s)) {
                    throw new UserException(file + ": key 'tensors': expected the name of a safetensors file, found "
                            + describe(name) + ".");
                }
                Path tensors = NamedPath.beside(file, s)
                        .orElseThrow(
                                () -> new UserException(file + ": key 'tensors': expected the name of a safetensors"
                                        + " file beside it, found \"" + s + "\"."));
                files.add(SafetensorsFile.open(tensors));
            }
            return files;
        } catch (RuntimeException | Error e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static StoredCase storedCase(Path file, int index, Object json, OracleTensors tensors) {
        String where = file + ": case " + (index + 1);
        if (!(json instanceof Map<?, ?> map)) {
            throw new UserException(where + ": expected an object, found " + describe(json) + ".");
        }
        String name = string(where, map, "name");
        where = file + ": case '" + name + "'";
        String kind = string(where, map, "kind");
        Map<String, Object> inputs = object(where, map, "inputs");
        Map<String, String> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, Object> e : object(where, map, "outputs").entrySet()) {
            if (!(e.getValue() instanceof String key)) {
                throw new UserException(where + ", output '" + e.getKey() + "': expected the key of a tensor, found "
                        + describe(e.getValue()) + ".");
            }
            tensors.require(where + ", output '" + e.getKey() + "'", key);
            outputs.put(e.getKey(), key);
        }
        if (outputs.isEmpty()) {
            throw new UserException(where + ", key 'outputs': expected at least one output, found none.");
        }
        Optional<String> weights =
                map.get("weights") == null ? Optional.empty() : Optional.of(string(where, map, "weights"));
        return new StoredCase(file, name, kind, weights, inputs, outputs, tolerance(where, map), tensors);
    }

    private static double tolerance(String where, Map<?, ?> map) {
        Object tolerance = map.get("tolerance");
        if (tolerance == null) {
            return DEFAULT_TOLERANCE;
        }
        if (tolerance instanceof Number n && n.doubleValue() >= 0 && Double.isFinite(n.doubleValue())) {
            return n.doubleValue();
        }
        throw new UserException(
                where + ", key 'tolerance': expected a number of at least 0, found " + describe(tolerance) + ".");
    }

    private static String string(String where, Map<?, ?> map, String key) {
        if (map.get(key) instanceof String s) {
            return s;
        }
        throw new UserException(
                where + ", key '" + key + "': expected a string, found " + describe(map.get(key)) + ".");
    }

    private static Map<String, Object> object(String where, Map<?, ?> map, String key) {
        if (map.get(key) instanceof Map<?, ?> object) {
            Map<String, Object> copy = new LinkedHashMap<>();
            object.forEach((k, v) -> copy.put(String.valueOf(k), v));
            return copy;
        }
        throw new UserException(
                where + ", key '" + key + "': expected an object, found " + describe(map.get(key)) + ".");
    }

    /** A value of JSON as messages show it. */
    static String describe(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List<?> list) {
            return "a list of " + list.size();
        }
        return value instanceof String ? "\"" + value + "\"" : value.toString();
    }
}
