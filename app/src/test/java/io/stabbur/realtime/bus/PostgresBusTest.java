package io.stabbur.realtime.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;

/// Postgres between replicas.
class PostgresBusTest extends BusContract {
  @Override
  Carrier carrier() {
    return new PostgresCarrier(TestServer.shared().project().admin().login());
  }

  @Override
  void interrupt() {
    var admin = TestServer.shared().project().admin();
    var ended =
        admin.exchange(
            Actor.of(admin.login().user()),
            Access.WRITE,
            Statement.of(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                    + " application_name in ('stabbur notifier', 'stabbur listener')"
                    + " and query ilike any (array['%stabbur_realtime%', '%pg_notify%',"
                    + " '%synchronous_commit%'])"),
            rows -> rows.next() ? rows.getLong(1) : 0L);
    assertThat(ended).isGreaterThanOrEqualTo(2);
  }

  @Test
  void packetsFitIntoANotification() throws CarrierFailure {
    try (var carrier = carrier()) {
      assertThat(carrier.largestPacket()).isLessThanOrEqualTo(5_999);
      carrier.send(java.util.List.of(new byte[carrier.largestPacket()]));
    }
  }
}
