package org.tempera.nn.weights;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.nn.weights.RestrictedPickle.RefusedException.Kind;

/**
 * Reads the pickle inside a PyTorch checkpoint without executing anything.
 *
 * <p>A pickle is a program for a small stack machine that may call any Python function by name. This machine knows
 * numbers, strings, lists and dictionaries, and of all functions only the few that describe a tensor; whatever else is
 * asked for ends the reading. Python tuples and sets become lists.
 */
final class RestrictedPickle {
    /** State dictionaries take some tens of operations a tensor; this allows for 100,000 tensors. */
    private static final int MAX_OPERATIONS = 5_000_000;

    /** Lists and dictionaries that an operation of one byte makes; a state dictionary has some. */
    private static final int MAX_CONTAINERS = 500_000;

    /** The most axes of a tensor, as in PyTorch. */
    private static final int MAX_RANK = 64;

    /** Sizes and strides may be used again; how many numbers more than the pickle's bytes are copied. */
    private static final int MAX_COPIED = 100_000;

    /** How far a memo's index may be ahead of the operations; some writers begin at 1. */
    private static final int MEMO_GAP = 16;

    private static final Map<String, DType> STORAGES = Map.of(
            "DoubleStorage", DType.F64,
            "FloatStorage", DType.F32,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16,
            "LongStorage", DType.I64,
            "IntStorage", DType.I32,
            "ShortStorage", DType.I16,
            "CharStorage", DType.I8,
            "ByteStorage", DType.U8,
            "BoolStorage", DType.BOOL);
    private static final Set<String> FUNCTIONS = Set.of(
            "collections.OrderedDict",
            "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_parameter",
            "torch.Size");

    /** Makers of values that hold no tensor; each is passed over, as numbers are. */
    private static final Set<String> VALUES = Set.of(
            "torch.device",
            "collections.Counter",
            "__builtin__.set",
            "builtins.set",
            "__builtin__.frozenset",
            "builtins.frozenset",
            "__builtin__.complex",
            "builtins.complex",
            "__builtin__.bytearray",
            "builtins.bytearray",
            "_codecs.encode");

    private static final Set<String> DTYPES = Set.of(
            "torch.float16",
            "torch.bfloat16",
            "torch.float32",
            "torch.float64",
            "torch.int8",
            "torch.uint8",
            "torch.int16",
            "torch.int32",
            "torch.int64",
            "torch.bool");

    /** A name that the pickle refers to; all that happens to it is comparison. */
    record Global(String name) {}

    /** A run of elements in a file of the archive. */
    record Storage(String key, DType dtype, long elements) {}

    /** A view of a storage. Sizes, strides and offset count elements. */
    record TensorView(Storage storage, long offset, List<Long> sizes, List<Long> strides) {}

    /** Why a pickle is not read; the caller adds the file's name and what to do. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        /** What the reason tells of the file. */
        enum Kind {
            /** It is no pickle of PyTorch's, or not whole. */
            DAMAGED,
            /** It asks for what no file of weights needs. */
            ATTACK,
            /** It has tensors of a kind that is not read here. */
            OTHER_TENSORS,
            /** It asks for something that is not read here; PyTorch may read it. */
            UNKNOWN
        }

        private final Kind kind;

        RefusedException(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }

        /** What that tells of the file. */
        Kind kind() {
            return kind;
        }
    }

    private enum Special {
        NONE,
        MARK
    }

    private final ByteBuffer in;
    private final List<Object> stack = new ArrayList<>();
    /** By index, with null where nothing was stored. */
    private final List<@Nullable Object> memo = new ArrayList<>();

    private int operations;
    private int containers;
    private long copied;

    private RestrictedPickle(byte[] pickle) {
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The object that the pickle describes: a map, list, string, number, {@link TensorView} ... */
    static Object read(byte[] pickle) throws RefusedException {
        try {
            return new RestrictedPickle(pickle).run();
        } catch (BufferUnderflowException e) {
            throw new RefusedException(Kind.DAMAGED, "the pickle in it is cut short");
        } catch (ClassCastException
                | IndexOutOfBoundsException
                | NullPointerException
                | ArithmeticException
                | UnsupportedOperationException e) {
            throw new RefusedException(Kind.DAMAGED, "the pickle in it is malformed");
        }
    }

    private Object run() throws RefusedException {
        while (operations++ < MAX_OPERATIONS) {
            int operation = in.get() & 0xff;
            if (operation == '.') {
                return pop();
            }
            execute(operation);
        }
        throw new RefusedException(Kind.DAMAGED, "the pickle in it has more than " + MAX_OPERATIONS + " operations");
    }

    private void execute(int operation) throws RefusedException {
        switch (operation) {
            case 0x80 -> in.get();
            case 0x95 -> in.getLong();
            case '(' -> stack.add(Special.MARK);
            case '0' -> pop();
            case '1' -> popToMark();
            case '2' -> stack.add(top());
            case 'N' -> stack.add(Special.NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) (in.get() & 0xff));
            case 'M' -> stack.add((long) (in.getShort() & 0xffff));
            case 'J' -> stack.add((long) in.getInt());
            case 0x8a -> stack.add(longOf(bytes(in.get() & 0xff)));
            case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 'X', 'T' -> stack.add(text(in.getInt()));
            case 0x8c, 'U' -> stack.add(text(in.get() & 0xff));
            case 'B' -> stack.add(bytes(in.getInt()));
            case 'C' -> stack.add(bytes(in.get() & 0xff));
            case 'q' -> remember(in.get() & 0xff);
            case 'r' -> remember(in.getInt());
            case 0x94 -> memo.add(top());
            case 'h' -> stack.add(Objects.requireNonNull(memo.get(in.get() & 0xff)));
            case 'j' -> stack.add(Objects.requireNonNull(memo.get(in.getInt())));
            case '}' -> {
                contain();
                stack.add(new LinkedHashMap<>());
            }
            case ']', 0x8f -> {
                contain();
                stack.add(new ArrayList<>());
            }
            case ')' -> stack.add(List.of());
            case 'd' -> stack.add(dictionary(popToMark()));
            case 'l', 't', 0x91 -> stack.add(popToMark());
            case 0x85, 0x86, 0x87 -> stack.add(popLast(operation - 0x84));
            case 'a' -> append(popLast(1));
            case 'e', 0x90 -> append(popToMark());
            case 's' -> set(popLast(2));
            case 'u' -> set(popToMark());
            case 'c' -> stack.add(global(line(), line()));
            case 0x93 -> {
                List<Object> name = popLast(2);
                stack.add(global((String) name.get(0), (String) name.get(1)));
            }
            case 'Q' -> stack.add(storage((List<?>) pop()));
            case 'R' -> {
                List<Object> call = popLast(2);
                stack.add(call((Global) call.get(0), (List<?>) call.get(1)));
            }
            case 'b' -> {
                // Attributes of an ordered dictionary (its "_metadata"): of no use here.
                pop();
                if (!(top() instanceof Map)) {
                    throw new RefusedException(
                            Kind.UNKNOWN, "the pickle in it sets attributes of an object, which is not allowed");
                }
            }
            default ->
                throw new RefusedException(
                        Kind.UNKNOWN,
                        String.format(
                                Locale.ROOT,
                                "the pickle in it uses the operation 0x%02x, which is not allowed",
                                operation));
        }
    }

    private static Global global(String module, String name) throws RefusedException {
        String full = module + "." + name;
        boolean storage = module.equals("torch") && STORAGES.containsKey(name);
        if (!storage && !FUNCTIONS.contains(full) && !VALUES.contains(full) && !DTYPES.contains(full)) {
            String refers = "the pickle in it refers to '" + full;
            if (PickleNames.isAttack(full)) {
                throw new RefusedException(Kind.ATTACK, refers + "', which is not allowed: it may run code");
            }
            if (PickleNames.isWithoutCode(full)) {
                throw new RefusedException(Kind.OTHER_TENSORS, refers + "', which is not read");
            }
            throw new RefusedException(Kind.UNKNOWN, refers + "', which is not allowed: it may run code");
        }
        return new Global(full);
    }

    private void remember(int index) throws RefusedException {
        if (index < 0 || index > operations + MEMO_GAP) {
            throw new RefusedException(Kind.DAMAGED, "the pickle in it is malformed");
        }
        while (memo.size() <= index) {
            memo.add(null);
        }
        memo.set(index, top());
    }

    private void contain() throws RefusedException {
        if (++containers > MAX_CONTAINERS) {
            throw new RefusedException(
                    Kind.DAMAGED, "the pickle in it makes more than " + MAX_CONTAINERS + " dictionaries and lists");
        }
    }

    private Object call(Global function, List<?> arguments) throws RefusedException {
        if (VALUES.contains(function.name())) {
            return Special.NONE;
        }
        return switch (function.name()) {
            case "collections.OrderedDict" -> {
                if (!arguments.isEmpty()) {
                    throw new RefusedException(
                            Kind.UNKNOWN, "the pickle in it makes an ordered dictionary in an unknown way");
                }
                contain();
                yield new LinkedHashMap<>();
            }
            case "torch._utils._rebuild_tensor_v2" ->
                new TensorView(
                        (Storage) arguments.get(0),
                        (Long) arguments.get(1),
                        longs((List<?>) arguments.get(2)),
                        longs((List<?>) arguments.get(3)));
            case "torch._utils._rebuild_parameter" -> (TensorView) arguments.get(0);
            case "torch.Size" -> longs((List<?>) arguments.get(0));
            default -> throw new RefusedException(Kind.UNKNOWN, "the pickle in it calls '" + function.name() + "'");
        };
    }

    private static Storage storage(List<?> id) throws RefusedException {
        String type = ((Global) id.get(1)).name();
        DType dtype = STORAGES.get(type.substring(type.lastIndexOf('.') + 1));
        if (!"storage".equals(id.get(0)) || dtype == null) {
            throw new RefusedException(
                    Kind.UNKNOWN, "the pickle in it refers to something outside that is no tensor storage");
        }
        return new Storage((String) id.get(2), dtype, (Long) id.get(4));
    }

    private List<Long> longs(List<?> values) throws RefusedException {
        copied += values.size();
        if (values.size() > MAX_RANK || copied > in.capacity() + MAX_COPIED) {
            throw new RefusedException(
                    Kind.DAMAGED,
                    "the pickle in it repeats the sizes of tensors too often, or has one of more than " + MAX_RANK
                            + " axes");
        }
        List<Long> longs = new ArrayList<>();
        values.forEach(value -> longs.add((Long) value));
        return List.copyOf(longs);
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private List<Object> popLast(int count) {
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> items = new ArrayList<>(tail);
        tail.clear();
        return items;
    }

    private List<Object> popToMark() {
        List<Object> items = popLast(stack.size() - 1 - stack.lastIndexOf(Special.MARK));
        pop();
        return items;
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> items) {
        ((List<Object>) top()).addAll(items);
    }

    @SuppressWarnings("unchecked")
    private void set(List<Object> items) throws RefusedException {
        ((Map<Object, Object>) top()).putAll(dictionary(items));
    }

    private static Map<Object, Object> dictionary(List<Object> items) throws RefusedException {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            if (!(key instanceof String || key instanceof Long || key instanceof Boolean || key instanceof Double)) {
                throw new RefusedException(
                        Kind.UNKNOWN, "a dictionary in it has a key that is neither text nor a number");
            }
            map.put(key, items.get(i + 1));
        }
        return map;
    }

    private byte[] bytes(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private String text(int length) {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    private String line() {
        int start = in.position();
        while (in.get() != '\n') {}
        return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.UTF_8);
    }

    /** Two's complement, little-endian; numbers beyond a long are nothing that a tensor needs. */
    private static Object longOf(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
        }
        BigInteger value = bigEndian.length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? Long.valueOf(value.longValue()) : Special.NONE;
    }

    /** The map under a key, if the value is a map that has one. */
    static Optional<Map<?, ?>> mapUnder(Map<?, ?> map, String key) {
        return map.get(key) instanceof Map<?, ?> inner ? Optional.of(inner) : Optional.empty();
    }
}
