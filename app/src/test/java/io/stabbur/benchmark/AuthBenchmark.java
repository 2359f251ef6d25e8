package io.stabbur.benchmark;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.stabbur.identity.KeySet;
import io.stabbur.identity.TokenRules;
import io.stabbur.identity.VerificationKey;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/// Refreshes and sign-ins over HTTP, light requests beside many sign-ins, and the verification of
/// tokens by itself; `-Dauth.part=beside` measures light requests alone. The callers run in the
/// same process as the server, so their share of the processors is part of every number.
final class AuthBenchmark {
  private static final int CALLERS = 16;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration RUN = Duration.ofSeconds(15);
  private static final int STORM = 50;
  private static final int ROUNDS = 3;
  private static final Duration UNDER_WAY = Duration.ofSeconds(3);
  private static final long REFUSED_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final String PASSWORD = "korrekt hest";

  private AuthBenchmark() {}

  static void run() throws IOException, InterruptedException {
    boolean isBesideAlone = "beside".equals(System.getProperty("auth.part"));
    if (!isBesideAlone) {
      verification();
    }
    var settings = new HashMap<String, Object>();
    for (var limit : List.of("token", "verify", "otp", "anonymous", "factor", "sso")) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    try (var server = TestServer.measured(settings)) {
      var crowd = new ArrayList<Caller>();
      for (int i = 0; i < STORM; i++) {
        crowd.add(new Caller(server));
      }
      if (!isBesideAlone) {
        rates(server, crowd.subList(0, CALLERS));
      }
      beside(server, crowd);
    }
  }

  private static void rates(TestServer server, List<Caller> callers) throws InterruptedException {
    System.out.println("                 /s    p50 ms    p99 ms  CPU in bcrypt");
    measure("refresh", WARM_UP, callers, Caller::refresh, server);
    print("refresh", measure("refresh", RUN, callers, Caller::refresh, server));
    measure("sign-in", WARM_UP, callers, Caller::signIn, server);
    print("sign-in", measure("sign-in", RUN, callers, Caller::signIn, server));
  }

  /// Light requests a hundred times a second each, alone and beside so many who sign in at once.
  private static void beside(TestServer server, List<Caller> crowd)
      throws IOException, InterruptedException {
    int port = URI.create(server.url()).getPort();
    var key = server.project().keys().publishableKey().reveal();
    var service = server.project().keys().serviceRoleKey().reveal();
    System.out.printf(
        "light requests alone and beside %d who sign in at once (5 x wanted)%n"
            + "                p50 ms alone beside   p99 ms alone beside   ratio   sign-ins/s  refused%n",
        STORM);
    try (var user = new RowReads(port, key, crowd.getFirst().accessToken, "/auth/v1/user");
        var row = new RowReads(port, service, "/rest/v1/organizations?select=id&limit=1")) {
      var _ = measure("sign-in", WARM_UP, crowd, Caller::tryToSignIn, server);
      for (int round = 0; round < ROUNDS; round++) {
        Thread.sleep(UNDER_WAY);
        var _ = user.take();
        var _ = row.take();
        Thread.sleep(RUN);
        var userAlone = user.take();
        var rowAlone = row.take();
        var _ = measure("sign-in", UNDER_WAY, crowd, Caller::tryToSignIn, server);
        var _ = user.take();
        var _ = row.take();
        int refusedBefore = refusals(crowd);
        var storm = measure("sign-in", RUN, crowd, Caller::tryToSignIn, server);
        int refused = refusals(crowd) - refusedBefore;
        double signIns = (double) (storm.latencies.count() - refused) / RUN.toSeconds();
        print("GET /user", userAlone, user.take(), signIns, refused);
        print("data API", rowAlone, row.take(), signIns, refused);
      }
    }
  }

  private static int refusals(List<Caller> crowd) {
    return crowd.stream().mapToInt(caller -> caller.refused.get()).sum();
  }

  private static void print(
      String what, Latencies alone, Latencies beside, double signIns, int refused) {
    System.out.printf(
        "%-14s %13.2f %6.2f %14.2f %6.2f %7.1f %12.1f %8d%n",
        what,
        alone.millis(0.5),
        beside.millis(0.5),
        alone.millis(0.99),
        beside.millis(0.99),
        beside.millis(0.99) / alone.millis(0.99),
        signIns,
        refused);
  }

  private record Measured(Latencies latencies, double bcryptShare) {}

  private static void print(String name, Measured measured) {
    System.out.printf(
        "%-10s %8d %9.2f %9.2f %13.0f%%%n",
        name,
        measured.latencies.count() / RUN.toSeconds(),
        measured.latencies.millis(0.5),
        measured.latencies.millis(0.99),
        100 * measured.bcryptShare);
  }

  private interface Call {
    void of(Caller caller);
  }

  private static Measured measure(
      String name, Duration time, List<Caller> callers, Call call, TestServer server)
      throws InterruptedException {
    long hashing = cpuOfHashers();
    long all = cpuOfEverything();
    long end = System.nanoTime() + time.toNanos();
    var work = callers.stream().map(c -> callUntil(end, c, call)).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var taken = LongStream.builder();
      for (var each : threads.invokeAll(work)) {
        each.get().forEach(taken::add);
      }
      double share = (double) (cpuOfHashers() - hashing) / (cpuOfEverything() - all);
      return new Measured(new Latencies(taken.build().toArray()), share);
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + " failed at " + server.url(), e);
    }
  }

  private static Callable<List<Long>> callUntil(long end, Caller caller, Call call) {
    return () -> {
      var taken = new ArrayList<Long>();
      for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
        call.of(caller);
        taken.add(System.nanoTime() - start);
      }
      return taken;
    };
  }

  /// Somebody with an account, a session and a connection of their own.
  private static final class Caller {
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestServer server;
    private final String email = "caller-" + UUID.randomUUID() + "@example.org";
    private String refreshToken;
    private String accessToken = "";
    private final AtomicInteger refused = new AtomicInteger();

    Caller(TestServer server) {
      this.server = server;
      this.refreshToken = post("/signup", credentials());
    }

    void refresh() {
      refreshToken = post("/token?grant_type=refresh_token", Map.of("refresh_token", refreshToken));
    }

    void signIn() {
      var _ = post("/token?grant_type=password", credentials());
    }

    /// Who is refused because too many sign in comes again a moment later.
    void tryToSignIn() {
      try {
        signIn();
      } catch (IllegalStateException e) {
        if (!String.valueOf(e.getMessage()).startsWith("429 ")) {
          throw e;
        }
        refused.incrementAndGet();
        LockSupport.parkNanos(REFUSED_PAUSE);
      }
    }

    private Map<String, String> credentials() {
      return Map.of("email", email, "password", PASSWORD);
    }

    /// The refresh token of the session that the server answers with.
    private String post(String path, Map<String, String> fields) {
      var body = new StringBuilder("{");
      fields.forEach(
          (name, value) ->
              body.append(body.length() == 1 ? "" : ",")
                  .append("\"%s\":\"%s\"".formatted(name, value)));
      var request =
          HttpRequest.newBuilder(URI.create(server.url() + "/auth/v1" + path))
              .header("apikey", server.project().keys().publishableKey().reveal())
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body + "}"))
              .build();
      try {
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        var session = Json.parse(answer.body());
        var refresh = session.get("refresh_token");
        var access = session.get("access_token");
        if (answer.statusCode() != 200 || refresh == null || access == null) {
          throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        accessToken = access.getStringValue();
        return refresh.getStringValue();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// Nanoseconds of processor time of the threads that hash passwords.
  private static long cpuOfHashers() {
    var threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getAllThreadIds())
        .filter(
            id -> {
              var info = threads.getThreadInfo(id);
              return info != null && info.getThreadName().startsWith("password-");
            })
        .map(threads::getThreadCpuTime)
        .sum();
  }

  /// Nanoseconds of processor time of this process, callers included, and of its Postgres.
  private static long cpuOfEverything() {
    return Duration.ofNanos(
            ProcessHandle.current()
                .descendants()
                .flatMap(p -> p.info().totalCpuDuration().stream())
                .mapToLong(Duration::toNanos)
                .sum())
        .plus(ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO))
        .toNanos();
  }

  // --- tokens

  private record Algorithm(JWSAlgorithm name, JWK key, JWSSigner signer, int tokens) {}

  private static void verification() {
    System.out.println("verification of tokens, one thread");
    System.out.println("algorithm    uncached µs    cached/s");
    try {
      var secret = new OctetSequenceKeyGenerator(256).generate();
      var rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
      var curve = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
      for (var algorithm :
          List.of(
              new Algorithm(JWSAlgorithm.HS256, secret, new MACSigner(secret), 9000),
              new Algorithm(JWSAlgorithm.RS256, rsa, new RSASSASigner(rsa), 5000),
              new Algorithm(JWSAlgorithm.ES256, curve, new ECDSASigner(curve), 5000))) {
        verify(algorithm);
      }
      verifyEdwards();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void verify(Algorithm algorithm) throws JOSEException {
    var tokens = new ArrayList<String>();
    for (int i = 0; i < algorithm.tokens; i++) {
      var header = new JWSHeader.Builder(algorithm.name);
      if (!(algorithm.key instanceof OctetSequenceKey)) {
        header.keyID(algorithm.key.getKeyID());
      }
      var token = new SignedJWT(header.build(), claims(i));
      token.sign(algorithm.signer);
      tokens.add(token.serialize());
    }
    print(algorithm.name.getName(), algorithm.key, tokens);
  }

  /// With the JDK's own signatures, for Nimbus needs another library for this curve.
  private static void verifyEdwards() {
    try {
      var pair = java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      var point = ((java.security.interfaces.EdECPublicKey) pair.getPublic()).getPoint();
      var x = new byte[32];
      var y = point.getY().toByteArray();
      for (int i = 0; i < y.length && i < 32; i++) {
        x[i] = y[y.length - 1 - i];
      }
      x[31] = (byte) (x[31] | (point.isXOdd() ? 0x80 : 0));
      var encoder = java.util.Base64.getUrlEncoder().withoutPadding();
      var key =
          new com.nimbusds.jose.jwk.OctetKeyPair.Builder(
                  Curve.Ed25519, com.nimbusds.jose.util.Base64URL.encode(x))
              .keyID("ed")
              .build();
      var tokens = new ArrayList<String>();
      for (int i = 0; i < 5000; i++) {
        var text =
            encoder.encodeToString(
                    "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}".getBytes(StandardCharsets.US_ASCII))
                + "."
                + encoder.encodeToString(claims(i).toString().getBytes(StandardCharsets.US_ASCII));
        var signature = java.security.Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        tokens.add(text + "." + encoder.encodeToString(signature.sign()));
      }
      print("EdDSA", key, tokens);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void print(String name, JWK key, List<String> tokens) {
    var keys = new KeySet(List.of(VerificationKey.of(key)), new TokenRules(null));
    var clock = Clock.systemUTC();
    int half = tokens.size() / 2;
    // the first half warms up; no token was seen before
    tokens.subList(0, half).forEach(token -> keys.verify(token, clock));
    long start = System.nanoTime();
    tokens.subList(half, tokens.size()).forEach(token -> keys.verify(token, clock));
    double micros = (System.nanoTime() - start) / 1000.0 / (tokens.size() - half);
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    cached(keys, tokens, clock, end);
    long from = System.nanoTime();
    long count = cached(keys, tokens, clock, from + Duration.ofSeconds(2).toNanos());
    double perSecond = count * 1e9 / (System.nanoTime() - from);
    System.out.printf("%-9s %14.1f %11.0f%n", name, micros, perSecond);
  }

  private static long cached(KeySet keys, List<String> tokens, Clock clock, long end) {
    long count = 0;
    int kept = Math.min(100, tokens.size());
    for (; System.nanoTime() < end; count++) {
      keys.verify(tokens.get(tokens.size() - 1 - (int) (count % kept)), clock);
    }
    return count;
  }

  /// As many claims as a token of this server has.
  private static JWTClaimsSet claims(int number) {
    var now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer("http://127.0.0.1:54321/auth/v1")
        .subject(new UUID(7, number).toString())
        .audience("authenticated")
        .expirationTime(Date.from(now.plusSeconds(3600)))
        .issueTime(Date.from(now))
        .claim("email", "person-" + number + "@example.org")
        .claim("phone", "")
        .claim("app_metadata", Map.of("provider", "email", "providers", List.of("email")))
        .claim("user_metadata", Map.of("email_verified", true))
        .claim("role", "authenticated")
        .claim("aal", "aal1")
        .claim("session_id", new UUID(8, number).toString())
        .claim("is_anonymous", false)
        .build();
  }
}
