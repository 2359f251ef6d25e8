import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;

/// How fast the original auth server and Stabbur are on one machine and one Postgres: `java
/// AuthFigures.java ORIGINAL STABBUR [--seconds N] [--rounds N]`. app/conformance/beside-auth sets
/// both up. Each caller has an account.
final class AuthFigures {
  private static final int CALLERS = 16;
  private static final int STORM = 50;
  private static final String PASSWORD = "correct horse battery";
  private static final Pattern REFRESH = Pattern.compile("\"refresh_token\":\"([^\"]+)\"");
  private static final Pattern ACCESS = Pattern.compile("\"access_token\":\"([^\"]+)\"");

  private AuthFigures() {}

  public static void main(String[] arguments) throws Exception {
    var original = crowd(URI.create(arguments[0]));
    var stabbur = crowd(URI.create(arguments[1]));
    try (var threads = Executors.newCachedThreadPool()) {
      var rounds = Rounds.of(threads, arguments);
      System.out.printf(
          "%d processors, %d callers, %d rounds of %d s%n%s%n",
          Runtime.getRuntime().availableProcessors(),
          CALLERS,
          rounds.rounds(),
          rounds.seconds(),
          Rounds.HEAD);
      Function<List<Caller>, List<Rounds.Call>> signIns = each -> calls(each, Caller::signIn);
      Function<List<Caller>, List<Rounds.Call>> refreshes = each -> calls(each, Caller::refresh);
      Function<List<Caller>, List<Rounds.Call>> users = each -> calls(each, Caller::user);
      compare(rounds, "sign-in", 1.1, signIns, original, stabbur);
      compare(rounds, "refresh", 3, refreshes, original, stabbur);
      compare(rounds, "GET /user", 6, users, original, stabbur);
      beside(rounds, "Stabbur", again(stabbur));
      beside(rounds, "original", again(original));
    }
  }

  private static void compare(
      Rounds rounds,
      String name,
      double wanted,
      Function<List<Caller>, List<Rounds.Call>> call,
      List<Caller> original,
      List<Caller> stabbur)
      throws Exception {
    rounds.compare(
        name,
        wanted,
        call.apply(original.subList(0, CALLERS)),
        call.apply(stabbur.subList(0, CALLERS)));
  }

  private interface Deed {
    void of(Caller caller) throws IOException;
  }

  private static List<Rounds.Call> calls(List<Caller> callers, Deed deed) {
    return callers.stream().<Rounds.Call>map(caller -> () -> deed.of(caller)).toList();
  }

  private static List<Caller> crowd(URI url) throws IOException {
    var crowd = new ArrayList<Caller>();
    for (int i = 0; i < STORM; i++) {
      crowd.add(new Caller(url));
    }
    return crowd;
  }

  /// The same people on connections that nobody has closed for want of requests.
  private static List<Caller> again(List<Caller> crowd) throws IOException {
    var connected = new ArrayList<Caller>();
    for (var each : crowd) {
      connected.add(each.again());
    }
    return connected;
  }

  /// A light GET a hundred times a second, alone and beside so many sign-ins at once.
  private static void beside(Rounds rounds, String name, List<Caller> crowd) throws Exception {
    var somebody = crowd.getFirst().again();
    Rounds.Call light = () -> somebody.user();
    var quiet = light(rounds.seconds(), light);
    var refused = new AtomicInteger();
    var storm = calls(crowd, caller -> tried(caller::signIn, refused));
    var running = rounds.threads().submit(() -> rounds.during(rounds.seconds() + 2, storm));
    Thread.sleep(1000);
    var busy = light(rounds.seconds(), () -> tried(light, refused));
    var signIns = running.get();
    System.out.printf(
        Locale.ROOT,
        "light GET, %s: p99 %.2f ms alone, %.2f ms beside %d sign-ins at once (%.1f a second):"
            + " %.1f x (5 wanted); p50 %.2f and %.2f ms; %d not answered with 200%n",
        name,
        quiet.millis(0.99),
        busy.millis(0.99),
        STORM,
        (double) signIns.count() / (rounds.seconds() + 2),
        busy.millis(0.99) / quiet.millis(0.99),
        quiet.millis(0.5),
        busy.millis(0.5),
        refused.get());
  }

  /// Somebody who is refused comes again.
  private static void tried(Rounds.Call call, AtomicInteger refused) throws IOException {
    try {
      call.once();
    } catch (IllegalStateException _) {
      refused.incrementAndGet();
    }
  }

  private static Rounds.Times light(int seconds, Rounds.Call call) throws Exception {
    var taken = new ArrayList<Long>();
    long begin = System.nanoTime();
    for (int i = 0; i < seconds * 100; i++) {
      long wait = begin + i * 10_000_000L - System.nanoTime();
      if (wait > 0) {
        Thread.sleep(Duration.ofNanos(wait));
      }
      long start = System.nanoTime();
      call.once();
      taken.add(System.nanoTime() - start);
    }
    return new Rounds.Times(taken.stream().mapToLong(each -> each).toArray());
  }

  /// Somebody with an account, a session and a connection of their own.
  private static final class Caller {
    private final URI url;
    private final Wire wire;
    private final String credentials;
    private String refreshToken = "";
    private String accessToken = "";

    Caller(URI url) throws IOException {
      this(
          url,
          "{\"email\":\"caller-%s@example.org\",\"password\":\"%s\"}"
              .formatted(UUID.randomUUID(), PASSWORD));
      session("/signup", credentials);
    }

    private Caller(URI url, String credentials) throws IOException {
      this.url = url;
      this.wire = new Wire(url);
      this.credentials = credentials;
    }

    /// Another connection of the same person.
    Caller again() throws IOException {
      var other = new Caller(url, credentials);
      other.accessToken = accessToken;
      return other;
    }

    void signIn() throws IOException {
      session("/token?grant_type=password", credentials);
    }

    void refresh() throws IOException {
      session("/token?grant_type=refresh_token", "{\"refresh_token\":\"" + refreshToken + "\"}");
    }

    void user() throws IOException {
      wire.ask("GET", "/user", new byte[0], "Authorization", "Bearer " + accessToken);
    }

    private void session(String path, String body) throws IOException {
      var answer =
          wire.ask(
              "POST",
              path,
              body.getBytes(StandardCharsets.UTF_8),
              "Content-Type",
              "application/json");
      refreshToken = first(REFRESH, answer);
      accessToken = first(ACCESS, answer);
    }

    private static String first(Pattern pattern, String text) {
      var matcher = pattern.matcher(text);
      if (!matcher.find()) {
        throw new IllegalStateException("no session: " + text);
      }
      return matcher.group(1);
    }
  }
}
