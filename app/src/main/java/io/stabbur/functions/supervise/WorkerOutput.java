package io.stabbur.functions.supervise;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.log.LogLine;
import io.stabbur.functions.log.LogSink;
import io.stabbur.functions.log.OutputReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a process writes, on its way to the log. Read by a thread of the platform: a read from a
/// pipe would hold the carrier of a virtual one.
final class WorkerOutput implements OutputReader.Listener {
  private static final long RATE_PERIOD = Duration.ofSeconds(10).toNanos();

  private final Worker worker;
  private final Deployment deployment;
  private final LogSink log;
  private final int rate;
  private final SecretMask secrets;
  private final CountDownLatch readyOrEnded = new CountDownLatch(1);
  private final CountDownLatch loadedOrEnded = new CountDownLatch(1);
  private final Thread reader;
  private volatile boolean isReady;
  private long periodBegan = System.nanoTime();
  private int lines;

  WorkerOutput(Worker worker, Deployment deployment, LogSink log, int rate, SecretMask secrets) {
    this.worker = worker;
    this.deployment = deployment;
    this.log = log;
    this.rate = rate;
    this.secrets = secrets;
    this.reader =
        Thread.ofPlatform()
            .daemon()
            .name("output of function " + deployment.name())
            .unstarted(this::read);
  }

  void start() {
    reader.start();
  }

  private void read() {
    try (var output = worker.started().process().getInputStream()) {
      new OutputReader(this).read(output);
    } catch (IOException e) {
      // the process was ended
    } finally {
      readyOrEnded.countDown();
      loadedOrEnded.countDown();
    }
  }

  /// Whether the process serves; false when it has ended or the time is over.
  boolean awaitReady(Duration patience) {
    return await(readyOrEnded, patience) && isReady;
  }

  /// Waits until the function is loaded and what V8 has compiled of it is in its cache, the process
  /// has ended, or the time is over.
  void awaitLoaded(Duration patience) {
    worker.askLoaded();
    var _ = await(loadedOrEnded, patience);
  }

  private static boolean await(CountDownLatch event, Duration patience) {
    try {
      return event.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void awaitEnd() {
    try {
      reader.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void ready() {
    isReady = true;
    readyOrEnded.countDown();
  }

  @Override
  public void loaded() {
    loadedOrEnded.countDown();
  }

  @Override
  public void event(String level, @Nullable String execution, String text) {
    long now = System.nanoTime();
    if (now - periodBegan > RATE_PERIOD) {
      periodBegan = now;
      lines = 0;
    }
    lines++;
    if (lines <= rate) {
      add(level, execution, text);
    } else if (lines == rate + 1) {
      add("warning", null, "The function writes too much: lines are dropped");
    }
  }

  private void add(String level, @Nullable String execution, String text) {
    log.add(
        new LogLine(
            Instant.now(),
            deployment.name().text(),
            deployment.version(),
            level,
            execution,
            secrets.masked(text),
            null));
  }
}
