package org.tempera.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleValue;

/** The tensors of an oracle folder, whichever of its files they lie in. */
final class OracleTensors implements AutoCloseable {
    private final List<SafetensorsFile> files;

    OracleTensors(List<SafetensorsFile> files) {
        this.files = List.copyOf(files);
    }

    boolean has(String key) {
        return find(key).isPresent();
    }

    /** Fails unless there is a tensor of that key. */
    SafetensorsFile require(String where, String key) {
        return find(key)
                .orElseThrow(() -> new UserException(
                        where + ": no tensor is named '" + key + "'." + (files.isEmpty() ? noFile() : known())));
    }

    /** A tensor as it is stored: floating numbers as floats, all others as integers. */
    OracleValue read(String where, String key) {
        SafetensorsFile file = require(where, key);
        if (file.info(key).dtype().isFloating()) {
            return new OracleValue.Floats(file.readTensor(key));
        }
        return new OracleValue.Integers(file.readLongs(key), shape(file, key));
    }

    /** A tensor as floats, whole numbers too. */
    HostTensor floats(String where, String key) {
        OracleValue value = read(where, key);
        return value instanceof OracleValue.Integers i ? toFloats(i) : ((OracleValue.Floats) value).tensor();
    }

    /** A tensor of integers. */
    OracleValue.Integers integers(String where, String key) {
        if (read(where, key) instanceof OracleValue.Integers i) {
            return i;
        }
        throw new UserException(where + ": expected a tensor of integers, found '" + key + "', which is "
                + require(where, key).info(key).dtype() + ".");
    }

    static HostTensor toFloats(OracleValue.Integers integers) {
        float[] data = new float[integers.data().length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) integers.data()[i];
        }
        return HostTensor.of(data, integers.shape());
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }

    private Optional<SafetensorsFile> find(String key) {
        return files.stream().filter(f -> f.contains(key)).findFirst();
    }

    private static String noFile() {
        return " oracle.json names no file of tensors: key 'tensors'.";
    }

    private String known() {
        List<String> names = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>();
        for (SafetensorsFile f : files) {
            names.add(String.valueOf(f.path().getFileName()));
            keys.addAll(f.names());
        }
        List<String> first = keys.stream().limit(8).toList();
        return " " + String.join(", ", names) + " has " + keys.size() + ": " + String.join(", ", first)
                + (keys.size() > first.size() ? ", ..." : "") + ".";
    }

    private static int[] shape(SafetensorsFile file, String key) {
        return Arrays.stream(file.info(key).shape().asArray())
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
