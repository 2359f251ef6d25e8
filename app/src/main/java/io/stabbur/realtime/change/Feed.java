package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Interner;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.project.Project;
import io.stabbur.project.life.Chore;
import io.stabbur.realtime.change.ChangeSettings.Start;
import io.stabbur.realtime.change.StreamState.Failed;
import io.stabbur.realtime.change.table.Tables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The change feed of one project: its stream, its channels and the thread between them.
final class Feed implements ChangeFeed, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
  private static final Duration UPKEEP = Duration.ofSeconds(2);
  private static final int LISTEN_ATTEMPTS = 6;
  private static final Duration LISTEN_PAUSE = Duration.ofSeconds(5);

  private final Project project;
  private final ChangeSettings settings;
  private final Tables tables;
  private final BindingCheck checks;
  private final MessageSinks messages = new MessageSinks();
  private final Deliveries deliveries;
  private final Turns turns;
  private final ChangeCounts counts = new ChangeCounts();
  private final AlikeRows alikeRows;
  private final CommitWait commits;
  private final LaneRoom lanes = new LaneRoom();
  private final Interner<ClaimsKey> keys = Interner.newWeakInterner();
  private final ChangeStream stream;
  private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
  private final Retries retries = new Retries(this::later);
  private volatile long lastListener = System.nanoTime();
  private int unreachable;

  Feed(Project project, ChangeSettings settings) {
    this.project = project;
    this.settings = settings;
    this.tables = new Tables(project.admin());
    this.checks = new BindingCheck(project.admin(), settings.publication());
    this.alikeRows = new AlikeRows(project.admin());
    this.commits = new CommitWait(project.admin());
    this.turns = new Turns(settings.probeConnections());
    this.deliveries = new Deliveries(this::open, counts);
    this.stream = new ChangeStream(project, new Listeners(), deliveries::offer);
    project.chores().start(Chore.every(UPKEEP, "realtime-changes", this::upkeep));
    if (settings.start() == Start.AT_ONCE) {
      var _ = stream.want();
    }
  }

  private Delivery open(int number) {
    var probes = new Probes(project.api(), settings, counts);
    var judge = new Judge(tables, probes, alikeRows);
    var routes = new Routes(tables, judge::forget);
    var distributor =
        new Distributor(
            project.admin(),
            routes,
            number == 0 ? messages : new MessageSinks(),
            judge,
            probes,
            commits,
            lanes,
            settings.maxPayload(),
            counts);
    return new Delivery(project.name() + " " + number, routes, distributor, turns);
  }

  @Override
  public CompletionStage<Subscription> subscribe(
      Caller subscriber, List<Binding> bindings, ChangeSink sink) {
    var channel = new Channel(this, subscriber, bindings, sink);
    try {
      deliveries.add(channel);
      var answer = new CompletableFuture<Subscription>();
      tasks.execute(() -> channel.begin(answer));
      return answer;
    } catch (CancellationException | RejectedExecutionException e) {
      // it joins as the project ends: its socket is told to come back
      deliveries.remove(channel);
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Messages listen(BroadcastSink sink) {
    messages.add(sink);
    return new Listening(sink);
  }

  /// Somebody who listens to messages. Whether the stream carries them is found out a few times,
  /// and again when somebody asks some time after that has failed.
  private final class Listening implements Messages {
    private final BroadcastSink sink;
    private CompletableFuture<Void> ready;
    private long failed;
    private volatile boolean isClosed;

    Listening(BroadcastSink sink) {
      this.sink = sink;
      this.ready = begin();
    }

    private CompletableFuture<Void> begin() {
      var attempt = new CompletableFuture<Void>();
      try {
        tasks.execute(() -> tryFor(attempt));
      } catch (RejectedExecutionException e) {
        attempt.completeExceptionally(e);
      }
      return attempt;
    }

    private void tryFor(CompletableFuture<Void> attempt) {
      try {
        // each attempt of the stream that fails completes the wait for it, later each time
        for (int i = 0; i < LISTEN_ATTEMPTS && !isClosed; i++) {
          await(stream.want());
          if (stream.state() instanceof StreamState.Streaming) {
            attempt.complete(null);
            return;
          }
        }
      } finally {
        fail(attempt);
      }
    }

    private synchronized void fail(CompletableFuture<Void> attempt) {
      if (attempt.isDone()) {
        return;
      }
      failed = System.nanoTime();
      if (!isClosed) {
        LOG.warn(
            "Messages of the database do not reach channels: its stream cannot be read. It is tried"
                + " again. project={} state={}",
            project.name(),
            stream.state());
      }
      attempt.completeExceptionally(new IllegalStateException("the stream cannot be read"));
    }

    @Override
    public synchronized CompletionStage<?> ready() {
      if (ready.isCompletedExceptionally()) {
        if (stream.state() instanceof StreamState.Streaming) {
          ready = CompletableFuture.completedFuture(null);
        } else if (!isClosed && System.nanoTime() - failed > LISTEN_PAUSE.toNanos()) {
          ready = begin();
        }
      }
      return ready;
    }

    @Override
    public void close() {
      isClosed = true;
      messages.remove(sink);
      lastListener = System.nanoTime();
    }
  }

  /// What the stream does at this moment.
  StreamState state() {
    return stream.state();
  }

  ChangeCounts counts() {
    return counts;
  }

  ClaimsKey key(Caller subscriber) {
    return keys.intern(new ClaimsKey(subscriber));
  }

  BindingCheck.Answer check(ClaimsKey key, Binding binding, long since) {
    return checks.check(key.caller(), binding, since);
  }

  /// Waits until the stream carries changes, or cannot be read for the moment.
  void awaitStream() {
    await(stream.want());
  }

  private static void await(CompletableFuture<Void> attempt) {
    try {
      attempt.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // a long transaction keeps the stream from beginning: the channel is told, and told again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the feed is closed");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Why no changes come at this moment, in words for the client.
  Optional<String> failure() {
    return switch (stream.state()) {
      case StreamState.Streaming _ -> Optional.empty();
      case Failed _ ->
          Optional.of(
              "Unable to subscribe to changes: the database's stream of changes cannot be read at"
                  + " the moment");
      case StreamState.Starting _, StreamState.Stopped _ ->
          Optional.of(
              "Unable to subscribe to changes: the database's stream of changes has not begun yet");
    };
  }

  void changed(Channel channel) {
    deliveries.changed(channel);
  }

  void remove(Channel channel) {
    deliveries.remove(channel);
    lastListener = System.nanoTime();
  }

  /// Runs a task between the changes of a channel.
  void inTurn(Channel channel, Runnable task) {
    deliveries.inTurn(channel, task);
  }

  /// Runs a task that may wait, on a thread of its own; not once the feed is closed.
  void later(Runnable task) {
    try {
      tasks.execute(task);
    } catch (RejectedExecutionException _) {
      // nothing is to be checked any more
    }
  }

  private boolean isIdle() {
    return deliveries.isEmpty()
        && messages.isEmpty()
        && System.nanoTime() - lastListener > settings.linger().toNanos();
  }

  /// Ends a stream nobody listens to, begins one anew that keeps too much of the log or reads other
  /// publications than there are, and tries refused bindings again.
  private void upkeep() {
    deliveries.channels().forEach(Channel::tellMissed);
    deliveries.channels().forEach(channel -> channel.key().tidy());
    if (settings.start() == Start.ON_DEMAND && isIdle()) {
      stream.stop();
      counts.streamsNot();
      return;
    }
    if (!(stream.state() instanceof StreamState.Streaming streaming)) {
      counts.streamsNot();
      return;
    }
    try {
      renew(streaming);
      unreachable = 0;
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Unavailable && ++unreachable > 1) {
        // a server that is shutting down may wait for this reader and never send it the last record
        stream.restart();
      }
      throw e;
    }
    retries.round(deliveries.channels());
  }

  private void renew(StreamState.Streaming streaming) {
    long retained = stream.retained();
    counts.streams(retained);
    if (retained > settings.slotLimit()) {
      LOG.warn(
          "The stream of changes begins anew, as Postgres keeps more than {} bytes of its log for"
              + " it; changes in between are lost. project={}",
          settings.slotLimit(),
          project.name());
      stream.restart();
    } else if (!publications().equals(streaming.publications())) {
      stream.restart();
    }
  }

  private List<String> publications() {
    return tables.publications(settings.publication(), ChangeSettings.MESSAGES).stream()
        .sorted()
        .toList();
  }

  /// What the stream asks and tells.
  private final class Listeners implements ChangeStream.Listeners {
    @Override
    public boolean wants(Relation relation) {
      return deliveries.mayWant(relation)
          || (!messages.isEmpty() && MessageSinks.isMessages(relation));
    }

    @Override
    public List<String> publications() {
      return Feed.this.publications();
    }

    @Override
    public void recovered() {
      later(() -> deliveries.channels().forEach(Channel::recovered));
    }

    @Override
    public void interrupted(Failed failure) {
      counts.gap();
      deliveries
          .channels()
          .forEach(
              channel ->
                  channel.interrupted(
                      "The database's stream of changes was interrupted; changes until it is back"
                          + " are missed"));
    }
  }

  @Override
  public void close() {
    stream.close();
    deliveries.close();
    tasks.shutdownNow();
  }
}
