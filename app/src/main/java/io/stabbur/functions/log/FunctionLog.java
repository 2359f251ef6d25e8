package io.stabbur.functions.log;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of a project's functions: events wait in memory for a moment and are written to the
/// project's database together. Of many successful calls at a time the first have a line each and
/// the others one together. Where the database does not take lines in time, the newest are dropped
/// and counted; what waits is bounded in number and in size.
public final class FunctionLog implements LogSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionLog.class);
  private static final int MOST_WAITING = 10_000;
  private static final long MOST_WAITING_CHARACTERS = 8L * 1024 * 1024;
  private static final int AT_ONCE = 500;
  private static final Duration GATHER = Duration.ofMillis(200);

  /// When calls are looked for that were counted while the batch before was taken.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final LogRows rows;
  private final UnaryOperator<LogLine> change;
  private final ArrayBlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final CountedCalls counted;
  private final AtomicLong characters = new AtomicLong();
  private final LongAdder dropped = new LongAdder();
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread writer;
  private volatile boolean isClosed;

  /// @param change what is changed in each event before it is kept
  /// @param single how many successful calls of a batch have a line of their own
  FunctionLog(Project project, UnaryOperator<LogLine> change, int single) {
    this.change = change;
    this.counted = new CountedCalls(single);
    this.rows = new LogRows(project);
    this.writer = Thread.ofVirtual().name("function log of " + project.name()).start(this::loop);
  }

  @Override
  public void add(LogLine line) {
    if (counted.add(line)) {
      return;
    }
    int size = line.message().length();
    if (characters.addAndGet(size) > MOST_WAITING_CHARACTERS
        || !waiting.offer(new Waiting(line, size))) {
      characters.addAndGet(-size);
      dropped.increment();
    }
  }

  private record Waiting(LogLine line, int size) {}

  /// Events that were dropped so far.
  public long dropped() {
    return dropped.sum();
  }

  private void loop() {
    @Nullable Waiting first = null;
    while (!isClosed) {
      try {
        first = waiting.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          Thread.sleep(GATHER);
        }
      } catch (InterruptedException e) {
        // it closes, and what waits is written at once
      }
      writeAlone(first);
      first = null;
    }
    writeAlone(null);
  }

  private void writeAlone(@Nullable Waiting first) {
    writing.lock();
    try {
      // of closing, which interrupts under the same lock
      var _ = Thread.interrupted();
      write(first);
    } finally {
      writing.unlock();
    }
  }

  /// Writes what waits when it is called; what comes meanwhile is gathered for the next time.
  private void write(@Nullable Waiting first) {
    if (first == null && waiting.isEmpty() && counted.isEmpty()) {
      return;
    }
    var batch = new ArrayList<Waiting>();
    if (first != null) {
      batch.add(first);
    }
    int most = waiting.size() + batch.size();
    do {
      waiting.drainTo(batch, Math.min(most, AT_ONCE) - batch.size());
      most -= batch.size();
      characters.addAndGet(-batch.stream().mapToLong(Waiting::size).sum());
      // the change costs time, which the thread that reads a function's output does not have
      var lines = new ArrayList<>(batch.stream().map(Waiting::line).map(change).toList());
      counted.drainTo(lines);
      try {
        rows.add(lines);
      } catch (ApiException e) {
        dropped.add(lines.stream().mapToLong(LogLine::count).sum());
        LOG.warn("Lines of the log of functions were lost: {}", e.error());
      }
      batch.clear();
    } while (most > 0 && !waiting.isEmpty());
  }

  /// Ends when all that was added before is written.
  @Override
  public void close() {
    // whoever writes is not interrupted
    writing.lock();
    try {
      isClosed = true;
      writer.interrupt();
    } finally {
      writing.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
