package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A message to the private topic while everybody is on the public one of its name.
class MissedRoomTest {
  private static final TestServer SERVER = RealtimeServer.shared();
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.stabbur.realtime.room");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listenToTheLog() {
    log.start();
    LOGGER.addAppender(log);
  }

  @AfterEach
  void stop() {
    LOGGER.detachAppender(log);
  }

  /// R26
  @Test
  void aMessageThatOnlyTheOtherKindOfRoomCouldHearIsLoggedOnce() {
    var topic = RealtimeServer.topic("both-");
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:" + topic, "{}");
      RealtimeServer.execute(
          SERVER,
          "select realtime.send(jsonb_build_object('n', n), 'e', '%s', n < 3) from generate_series(1, 3) n"
              .formatted(topic));

      var heard = client.event("broadcast").payload().get("payload").get("n").getIntValue();

      assertThat(heard).isEqualTo(3);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.contains("both-"))
          .singleElement()
          .asString()
          .startsWith(
              "A message to a private topic reached nobody; its public namesake has members");
    }
  }
}
