package io.stabbur.realtime;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.RedisProcess;
import io.stabbur.testing.TestServer;
import java.util.Map;

/// Replicas that exchange messages through a real Redis.
class RedisReplicaTest extends ReplicaContract {
  private static final RedisProcess REDIS = AtExit.close(RedisProcess.start());
  private static final TestServer FIRST = AtExit.close(replica());
  private static final TestServer SECOND = AtExit.close(replica());

  private static TestServer replica() {
    return Replica.of(
        TestServer.shared(),
        Map.of(
            "stabbur.realtime.bus.kind", "redis", "stabbur.realtime.bus.redis-url", REDIS.url()));
  }

  @Override
  TestServer first() {
    return FIRST;
  }

  @Override
  TestServer second() {
    return SECOND;
  }

  @Override
  TestServer further() {
    return replica();
  }
}
