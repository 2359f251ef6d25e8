package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.table.Tables;
import io.stabbur.testing.TestServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What of a part's work waits for a turn at the database.
class DeliveryTest {
  @Test
  void messagesForChannelsAskNothingAndNeedNoTurn() throws InterruptedException {
    var project = TestServer.shared().project();
    var settings = TestServer.shared().bean(ChangeSettings.class);
    var counts = new ChangeCounts();
    var tables = new Tables(project.admin());
    var probes = new Probes(project.api(), settings, counts);
    var judge = new Judge(tables, probes, new AlikeRows(project.admin()));
    var routes = new Routes(tables, judge::forget);
    var distributor =
        new Distributor(
            project.admin(),
            routes,
            new MessageSinks(),
            judge,
            probes,
            new CommitWait(project.admin()),
            new LaneRoom(),
            settings.maxPayload(),
            counts);
    var told = new CountDownLatch(100);
    var turns = new Turns(1);
    turns.take(System.nanoTime());
    try (var delivery = new Delivery("test", routes, distributor, turns)) {
      for (int i = 0; i < 100; i++) {
        delivery.inTurn(told::countDown);
      }
      assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }
}
