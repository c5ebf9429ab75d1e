package org.tempera.core.prompt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.Conditioning;

/**
 * What prompts are encoded to, on the host: the tensors of a {@link Conditioning} by name, each with the prompts' axis
 * in front.
 */
public record TextStates(Map<String, HostTensor> tensors) {
    public TextStates {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * The rows of several, one after the other.
     *
     * @throws IllegalArgumentException if they have not the same names, or rows of other shapes
     */
    static TextStates concat(List<TextStates> parts) {
        Map<String, HostTensor> all = new LinkedHashMap<>();
        for (String name : parts.get(0).tensors().keySet()) {
            List<HostTensor> named = new ArrayList<>();
            for (TextStates part : parts) {
                HostTensor tensor = part.tensors().get(name);
                if (tensor == null
                        || part.tensors().size() != parts.get(0).tensors().size()) {
                    throw new IllegalArgumentException("expected the tensors "
                            + parts.get(0).tensors().keySet() + " of every prompt, found "
                            + part.tensors().keySet());
                }
                named.add(tensor);
            }
            all.put(name, concatRows(named));
        }
        return new TextStates(all);
    }

    private static HostTensor concatRows(List<HostTensor> parts) {
        int[] shape = parts.get(0).shape();
        int rows = 0;
        int size = 0;
        for (HostTensor p : parts) {
            if (p.rank() != shape.length || !Arrays.equals(rest(p.shape()), rest(shape))) {
                throw new IllegalArgumentException("cannot put rows of shape " + Arrays.toString(rest(p.shape()))
                        + " below rows of shape " + Arrays.toString(rest(shape)));
            }
            rows += p.size(0);
            size += p.size();
        }
        float[] all = new float[size];
        int at = 0;
        for (HostTensor p : parts) {
            System.arraycopy(p.data(), 0, all, at, p.size());
            at += p.size();
        }
        shape[0] = rows;
        return HostTensor.of(all, shape);
    }

    private static int[] rest(int[] shape) {
        return Arrays.copyOfRange(shape, 1, shape.length);
    }
}
