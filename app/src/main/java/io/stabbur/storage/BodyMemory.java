package io.stabbur.storage;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/// The memory of a request whose body is read whole: JSON, XML, fields of a form. Bytes count as
/// they arrive, so that who sends little holds little, and must all arrive in time; what they are
/// turned into counts while that is done. Bodies of up to 16 KB are anybody's. What all requests
/// hold stays below a part of the heap, and those of one project leave some of that to others.
public final class BodyMemory implements AutoCloseable {
  private static final int SMALL = 16 * 1024;
  private static final int STEP = 64 * 1024;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /// Beside the bytes: their text, its tree, and what the request is made of.
  private static final int COPIES = 5;

  private static final long HEAP = Runtime.getRuntime().maxMemory();
  private static final String BUSY = "Too many large requests at once";
  private static final MemoryBudget ARRIVED = new MemoryBudget(HEAP / 4, BUSY);
  private static final MemoryBudget PARSED = new MemoryBudget(HEAP / 8, BUSY);
  private static final PerProject<MemoryBudget> ARRIVED_OF = new PerProject<>(_ -> ARRIVED.share());
  private static final PerProject<MemoryBudget> PARSED_OF = new PerProject<>(_ -> PARSED.share());
  private final MemoryBudget parsing;
  private final MemoryBudget.Held arrived;
  private long large;

  private BodyMemory(MemoryBudget parsing, MemoryBudget.Held arrived) {
    this.parsing = parsing;
    this.arrived = arrived;
  }

  public static BodyMemory of(Project project) {
    return new BodyMemory(PARSED_OF.of(project), ARRIVED_OF.of(project).hold(0));
  }

  /// Reads a stream, which must not hold more than `most`, and turns its bytes into something that
  /// takes no more than they do. That much is held until this is closed.
  public <T> T read(InputStream in, int most, Function<byte[], T> parse) throws IOException {
    var small = in.readNBytes(Math.min(SMALL, most + 1));
    if (small.length < SMALL && small.length <= most) {
      return parse.apply(small);
    }
    var bytes = rest(small, in, most);
    return parse(() -> parse.apply(bytes));
  }

  /// Turns what was read into something that takes no more than it does.
  public <T> T parse(Supplier<T> parse) {
    try (var _ = parsing.hold(large * COPIES)) {
      return parse.get();
    }
  }

  private byte[] rest(byte[] first, InputStream in, int most) throws IOException {
    var all = new ByteArrayOutputStream();
    all.writeBytes(first);
    try (var _ = Deadline.in(LONGEST)) {
      for (int read = STEP; read == STEP; ) {
        arrived.reserve(large + Math.min(most, all.size() + STEP));
        var step = in.readNBytes(STEP);
        read = step.length;
        all.writeBytes(step);
        if (all.size() > most) {
          throw new ApiException(new StorageError.EntityTooLarge());
        }
      }
    }
    large += all.size();
    return all.toByteArray();
  }

  @Override
  public void close() {
    arrived.close();
  }
}
