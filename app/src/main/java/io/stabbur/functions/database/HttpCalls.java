package io.stabbur.functions.database;

import io.stabbur.functions.database.HttpCallRows.Claimed;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.client.PinnedCalls;
import io.stabbur.platform.db.SharedListener;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Terms;
import io.stabbur.project.Notifications;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import io.stabbur.project.life.Chores;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the HTTP calls that transactions have queued. Every appliance that serves the project
/// takes from the queue, each call goes to one of them. A plain call is made once, as `pg_net`
/// does; a webhook is tried again where the receiver does not answer or has an error of its own.
@Singleton
final class HttpCalls implements RoomChores {
  private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);
  private static final String CHANNEL = "stabbur_http_requests";
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration UPKEEP = Duration.ofMinutes(30);
  private static final Duration KEEP_ANSWERS = Duration.ofHours(6);
  private static final Duration KEEP_HOOKS = Duration.ofDays(7);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final int AT_ONCE = 32;
  private static final Executor ELSEWHERE =
      work -> {
        var _ = Thread.ofVirtual().name("http call retry").start(work);
      };
  private static final int LARGEST_ANSWER = 1024 * 1024;
  private static final int LARGEST_BODY = 8 * 1024 * 1024;
  private static final int KILOBYTE = 1024;

  /// How long a call waits for memory, and its lease with it.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// A body as Postgres sends it, as text, and as it is.
  private static final int COPIES_OF_BODY = 3;

  /// An answer while it grows, its text, and what goes to Postgres.
  private static final int COPIES_OF_ANSWER = 6;

  /// What the calls of all projects hold: bodies and answers. Projects take turns.
  private static final FairShare KILOBYTES =
      new FairShare(
          Terms.thirds(
              (int) (Runtime.getRuntime().maxMemory() / 4 / KILOBYTE),
              "Too many large HTTP calls at once"));

  private final FunctionsSettings settings;
  private final PerProject<Queue> queues = new PerProject<>(this::queue);

  HttpCalls(FunctionsSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(
            // makes the queue, which starts its own chore
            Chore.every(LOOK_AGAIN, "http-calls", () -> queues.of(project).begin()),
            Chore.every(UPKEEP, "http-call-answers", () -> queues.of(project).tidy())
                .byOneAtATime())
        : List.of();
  }

  private Queue queue(Project project) {
    return new Queue(project, new Destinations(project, settings));
  }

  /// Other calls hold the memory that this one needs.
  private static final class Crowded extends IOException {
    private static final long serialVersionUID = 1L;

    Crowded(ApiException cause) {
      super("too many large HTTP calls at once", cause);
    }
  }

  /// What an answer takes while it grows, beside what its call holds already.
  private static final class AnswerMemory implements PinnedCalls.Memory {
    private final FairShare.Permit held;
    private int bytes;

    AnswerMemory(FairShare.Permit held) {
      this.held = held;
    }

    @Override
    public void reserve(int most) throws Crowded {
      Queue.reserve(held, (long) (most - bytes) * COPIES_OF_ANSWER);
      bytes = most;
    }
  }

  /// The queue of one project: one thread takes calls from it and hands each to a thread of its
  /// own.
  private static final class Queue implements AutoCloseable {
    private final Project project;
    private final HttpCallRows rows;
    private final Destinations destinations;
    private final Share share;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final boolean isOurs;
    private Chores.@Nullable Handle chore;
    private SharedListener.@Nullable Ear listener;

    Queue(Project project, Destinations destinations) {
      this.project = project;
      this.rows = new HttpCallRows(project);
      this.destinations = destinations;
      this.share = Share.ofMember(project.name(), "http calls");
      this.isOurs = rows.isOurs();
    }

    synchronized void begin() {
      if (isOurs && chore == null) {
        var started =
            project.chores().start(Chore.every(LOOK_AGAIN, "http-call-queue", this::work));
        chore = started;
        listener = Notifications.of(project).listen(CHANNEL, _ -> started.wake());
      }
    }

    /// Takes as many calls as can be made now; whoever ends one wakes this again.
    private void work() {
      int places = free.drainPermits();
      try {
        if (places > 0) {
          for (var call : rows.claim(places)) {
            places--;
            var _ = Thread.ofVirtual().name("http call " + call.id()).start(() -> make(call));
          }
        }
      } finally {
        free.release(places);
      }
    }

    private void make(Claimed call) {
      try {
        perform(call);
      } catch (RuntimeException e) {
        // its lease ends, and another appliance or this one takes it again
        LOG.warn("The outcome of HTTP call {} is not written: {}", call.id(), e.toString());
      } finally {
        free.release();
        wake();
      }
    }

    private synchronized void wake() {
      if (chore != null) {
        chore.wake();
      }
    }

    private void perform(Claimed call) {
      if (call.tries() > call.attempts()) {
        rows.failed(call, false, "The server ended while the call was made");
        return;
      }
      if (call.bodySize() > LARGEST_BODY) {
        rows.failed(call, false, "The body is too large");
        return;
      }
      try (var held = KILOBYTES.permit(share)) {
        reserve(held, (long) call.bodySize() * COPIES_OF_BODY);
        var body = rows.body(call);
        if (body.isPresent() && call.lease().isPositive()) {
          send(call, body.get(), held);
        } else {
          rows.postpone(call);
        }
      } catch (Crowded e) {
        rows.postpone(call);
      }
    }

    private void send(Claimed call, byte[] body, FairShare.Permit held) {
      try {
        var answer =
            PinnedCalls.send(
                new PinnedCalls.Call(
                    call.method(), URI.create(call.url()), HttpCallRows.headers(call), body),
                destinations,
                LARGEST_ANSWER,
                patience(call),
                new AnswerMemory(held));
        if (isWorthAnotherTry(answer.status()) && call.tries() < call.attempts()) {
          retry(call);
        } else {
          rows.answered(call, answer);
        }
      } catch (PinnedCalls.Denied | PinnedCalls.TooLarge | IllegalArgumentException e) {
        rows.failed(call, false, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        if (call.tries() < call.attempts()) {
          retry(call);
        } else {
          rows.failed(call, e instanceof SocketTimeoutException, reason(e));
        }
      }
    }

    private void retry(Claimed call) {
      var pause = pause(call);
      rows.retry(call, pause);
      if (pause.compareTo(LOOK_AGAIN) < 0) {
        // an ordered delivery holds up those behind it until the queue is looked at again
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, ELSEWHERE)
            .execute(this::wake);
      }
    }

    private static Duration patience(Claimed call) {
      var patience = HttpCallRows.patience(call.timeout());
      return patience.compareTo(call.lease()) > 0 ? call.lease() : patience;
    }

    private static void reserve(FairShare.Permit held, long bytes) throws Crowded {
      try {
        held.add((int) (bytes / KILOBYTE) + 1, PATIENCE);
      } catch (ApiException e) {
        throw new Crowded(e);
      }
    }

    private static boolean isWorthAnotherTry(int status) {
      return status >= 500 || status == 429;
    }

    private static Duration pause(Claimed call) {
      return FIRST_PAUSE.multipliedBy(1L << Math.min(call.tries() - 1, 10));
    }

    private static String reason(IOException e) {
      return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    void tidy() {
      if (isOurs) {
        rows.tidy(KEEP_ANSWERS, KEEP_HOOKS);
      }
    }

    @Override
    public synchronized void close() {
      if (listener != null) {
        listener.close();
      }
    }
  }
}
