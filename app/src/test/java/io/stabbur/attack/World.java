package io.stabbur.attack;

import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;

/// A running server with three organisations. Callers act in `north` and `south`; nobody acts in
/// `west`, so nothing of it may ever change or be seen.
///
/// @param organizations slug → id
record World(
    TestServer server,
    Superuser database,
    Operator operator,
    Canaries canaries,
    Catalog catalog,
    Map<String, String> organizations,
    Map<String, Person> people,
    Things things,
    List<Caller> callers)
    implements AutoCloseable {
  static final String NORTH = "north";
  static final String SOUTH = "south";
  static final String WEST = "west";

  /// An account.
  ///
  /// @param name what this package calls it
  record Person(String name, String id, String email) {}

  /// The signer of a person's S3 requests: the project's name, its anon key and the person's token.
  S3Signer signer(String token) {
    return new S3Signer(
        host(), server.project().name(), server.project().keys().anonKey().reveal(), token);
  }

  /// The signer with the project's own pair of keys, which acts as the service role.
  S3Signer serviceSigner() {
    var keys = server.project().keys();
    return new S3Signer(
        host(), keys.s3AccessKeyId().reveal(), keys.s3SecretAccessKey().reveal(), null);
  }

  private String host() {
    return "127.0.0.1:" + Operator.port(server);
  }

  @Override
  public void close() {
    operator.close();
    database.close();
    server.close();
  }
}
