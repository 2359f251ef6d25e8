package io.stabbur.realtime;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.TestServer;
import java.util.Map;

/// Replicas that exchange messages through their database, as they do without a setting.
class PostgresReplicaTest extends ReplicaContract {
  private static final TestServer SECOND = AtExit.close(Replica.of(TestServer.shared(), Map.of()));

  @Override
  TestServer first() {
    return TestServer.shared();
  }

  @Override
  TestServer second() {
    return SECOND;
  }

  @Override
  TestServer further() {
    return Replica.of(TestServer.shared(), Map.of());
  }
}
