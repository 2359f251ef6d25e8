package io.stabbur.auth.password;

import io.stabbur.auth.error.AuthError;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.GivingWay;
import io.stabbur.platform.share.Terms;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/// Hashing and checking of passwords. It runs on threads of its own, of which all but one give way
/// to everything else: a storm of sign-ins uses the processors that are idle and slows down
/// nothing, and on a busy machine people still get in. Callers take turns, and only so many
/// requests of one caller wait.
@Singleton
public final class Passwords {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String CROWDED = "Too many sign-ins at once";
  private final SecureRandom random = new SecureRandom();
  private final PasswordSettings settings;
  private final PwnedPasswords pwned;
  private final ExecutorService steady = Executors.newSingleThreadExecutor(named("password-"));
  private final Semaphore steadyIsFree = new Semaphore(1);
  private final ExecutorService hashers;
  private final FairShare turns;
  private final PasswordHash nobodys;

  Passwords(PasswordSettings settings, PwnedPasswords pwned) {
    this.settings = settings;
    this.pwned = pwned;
    int threads =
        settings.hashers() > 0
            ? settings.hashers()
            : threads(Runtime.getRuntime().availableProcessors());
    this.hashers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1), GivingWay.threads("password-giving-way-"));
    this.turns =
        new FairShare(new Terms(threads, threads / 3, Math.max(1, settings.waiting()), CROWDED));
    this.nobodys = PasswordHash.bcrypt("nobody's password", settings.cost(), random);
  }

  /// So many that one caller, who leaves a third of them to others, can use each processor; where
  /// threads do not give way, one processor is left to everything else.
  static int threads(int processors) {
    return GivingWay.isSupported()
        ? processors + (processors + 1) / 2
        : Math.max(1, processors - 1);
  }

  /// Whether the password belongs to the hash. Without a hash the answer is no after the same work,
  /// so that time tells nobody whether an account exists.
  public boolean matches(String password, Optional<PasswordHash> hash) {
    var compared = hash.orElse(nobodys);
    return onHasher(() -> compared.matches(password)) && hash.isPresent();
  }

  /// A hash to be stored.
  public String hash(String password) {
    return onHasher(() -> PasswordHash.bcrypt(password, settings.cost(), random)).text();
  }

  /// A stored hash brought along from elsewhere; refused when it is of no known kind, or too costly
  /// to be checked at each sign-in.
  public static String imported(String hash) {
    return PasswordHash.parse(hash)
        .map(PasswordHash::text)
        .orElseThrow(
            () ->
                AuthError.invalid(
                    "The password hash is of no supported kind, or a check of it takes too long"
                        + " (bcrypt: at most cost 15)"));
  }

  /// Refuses a password that breaks the policy.
  public void check(String password) {
    if (password.getBytes(StandardCharsets.UTF_8).length > PasswordHash.LONGEST) {
      throw AuthError.invalid("Password cannot be longer than 72 characters");
    }
    weakness(password)
        .ifPresent(
            weak -> {
              throw new ApiException(weak);
            });
  }

  /// What is weak about a password, by the policy of today.
  public Optional<AuthError.WeakPassword> weakness(String password) {
    var reasons = new ArrayList<String>();
    var texts = new ArrayList<String>();
    if (password.length() < settings.minLength()) {
      reasons.add("length");
      texts.add("Password should be at least %d characters.".formatted(settings.minLength()));
    }
    var sets =
        settings.requiredCharacters() == null ? List.<String>of() : settings.requiredCharacters();
    if (sets.stream().anyMatch(set -> lacks(password, set))) {
      reasons.add("characters");
      texts.add(
          "Password should contain at least one character of each: %s."
              .formatted(String.join(", ", sets)));
    }
    if (reasons.isEmpty() && pwned.knows(password)) {
      reasons.add("pwned");
      texts.add("Password is known to be weak and easy to guess, please choose a different one.");
    }
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(new AuthError.WeakPassword(String.join(" ", texts), reasons));
  }

  /// A password nobody knows, for accounts that begin without one.
  public String unguessable() {
    return io.stabbur.platform.crypto.Crypto.randomText(48);
  }

  @PreDestroy
  void close() {
    steady.shutdownNow();
    hashers.shutdownNow();
  }

  private static boolean lacks(String password, String set) {
    return !set.isEmpty() && password.chars().noneMatch(c -> set.indexOf(c) >= 0);
  }

  private <T> T onHasher(Callable<T> work) {
    try (var _ = turns.acquire(Caller.currentShare(), 1, PATIENCE)) {
      return onThread(work);
    } catch (RejectedExecutionException _) {
      throw new ApiException(new Failure.Unavailable("The server is stopping"));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Unavailable("The server is stopping"));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private <T> T onThread(Callable<T> work) throws InterruptedException, ExecutionException {
    if (!steadyIsFree.tryAcquire()) {
      return hashers.submit(work).get();
    }
    try {
      return steady.submit(work).get();
    } finally {
      steadyIsFree.release();
    }
  }

  private static ThreadFactory named(String name) {
    return Thread.ofPlatform().name(name, 0).daemon().factory();
  }
}
