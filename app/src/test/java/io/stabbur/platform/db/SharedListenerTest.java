package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.TestPostgres;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SharedListenerTest {
  private final Login superuser = TestPostgres.newDatabase();
  private final AtomicReference<Login> at = new AtomicReference<>(superuser);
  private final SharedListener listener = new SharedListener(at::get);
  private final List<String> one = new CopyOnWriteArrayList<>();
  private final List<String> other = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    listener.close();
  }

  private static String connections(Login login) {
    return String.valueOf(
        TestPostgres.value(
            login,
            "select count(*) from pg_stat_activity where datname = current_database()"
                + " and application_name = 'stabbur listener'"));
  }

  private static void tell(Login login, String channel, String message) {
    TestPostgres.execute(login, "notify " + channel + ", '" + message + "'");
  }

  @Test
  void allChannelsComeByOneConnectionWhichEndsWithTheLast() {
    var first = listener.listen("one", one::add);
    Await.until("it listens", () -> one.contains(""));
    var second = listener.listen("other", other::add);
    Await.until("it listens to the other channel too", () -> other.contains(""));

    tell(superuser, "one", "a");
    tell(superuser, "other", "b");

    Await.until("both are heard", () -> one.contains("a") && other.contains("b"));
    assertThat(one).containsExactly("", "a");
    assertThat(other).containsExactly("", "b");
    assertThat(connections(superuser)).isEqualTo("1");
    first.close();
    second.close();
    Await.until("nobody listens", () -> connections(superuser).equals("0"));
  }

  @Test
  void theReturnOfALostConnectionIsToldOnEveryChannel() {
    try (var _ = listener.listen("one", one::add);
        var _ = listener.listen("other", other::add)) {
      Await.until("it listens", () -> one.contains("") && other.contains(""));

      TestPostgres.execute(
          superuser,
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and application_name = 'stabbur listener'");

      Await.until("its return is told", () -> one.size() == 2 && other.size() == 2);
    }
  }

  @Test
  void whoFailsIsToldAgainAndNobodyElseIs() {
    try (var _ =
            listener.listen(
                "one",
                message -> {
                  one.add(message);
                  if (message.equals("a")) {
                    throw new IllegalStateException("a test of failures");
                  }
                });
        var _ = listener.listen("other", other::add)) {
      Await.until("it listens", () -> one.contains("") && other.contains(""));

      tell(superuser, "one", "a");

      Await.until("it is told again", () -> one.equals(List.of("", "a", "")));
      tell(superuser, "one", "b");
      Await.until("it hears", () -> one.contains("b"));
      assertThat(other).containsExactly("");
    }
  }

  @Test
  @Tag("nightly")
  void itFollowsADatabaseThatIsMoved() {
    var moved = TestPostgres.newDatabase();
    try (var _ = listener.listen("one", one::add)) {
      Await.until("it listens", () -> one.contains(""));

      at.set(moved);

      Await.until("it listens there", () -> one.size() == 2);
      tell(moved, "one", "news");
      Await.until("it hears", () -> one.contains("news"));
      assertThat(connections(superuser)).isEqualTo("0");
    }
  }
}
