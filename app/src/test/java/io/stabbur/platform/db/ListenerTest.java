package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ListenerTest {
  /// Four seconds: one without a word, and three without an answer.
  @Test
  void aConnectionThatNothingComesThroughIsNotListening() throws IOException {
    var superuser = TestPostgres.newDatabase();
    var address = URI.create(superuser.url().substring("jdbc:".length()));
    try (var wire = new FaultyProxy(address.getPort());
        var listener =
            Listener.watchful(
                superuser.at(superuser.url().replace(":" + address.getPort(), ":" + wire.port())),
                "a_channel",
                _ -> {})) {
      Await.until("it listens", listener::isListening);

      wire.become(FaultyProxy.Mode.STALL);

      Await.until("it knows that it hears nothing", () -> !listener.isListening());
      wire.become(FaultyProxy.Mode.PASS);
      Await.until("it listens again", listener::isListening);
    }
  }

  @Test
  void whatIsSentAfterLongSilenceIsHeard() throws InterruptedException {
    var superuser = TestPostgres.newDatabase();
    List<String> heard = new CopyOnWriteArrayList<>();
    try (var _ = Listener.watchful(superuser, "a_channel", heard::add)) {
      Await.until("it listens", () -> heard.contains(""));
      Thread.sleep(1_500);

      TestPostgres.execute(superuser, "notify a_channel, 'news'");

      Await.until("it is heard", () -> heard.contains("news"));
      assertThat(heard).as("the connection was kept").containsExactly("", "news");
    }
  }
}
