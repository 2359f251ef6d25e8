package io.stabbur.storage.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.job.JobRequest.Delete;
import io.stabbur.storage.job.JobRequest.Move;
import io.stabbur.testing.Refusals;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients ask to be done with every object below a prefix.
class JobRequestTest {
  @Test
  void aPrefixIsDeletedOrMoved() {
    assertThat(read("{'kind':'delete','bucketId':'b','prefix':'a/'}"))
        .isEqualTo(new Delete("b", "a/"));
    var move = read("{'kind':'move','bucketId':'b','prefix':'a/','destinationPrefix':'c/d/'}");
    assertThat(move).isEqualTo(new Move("b", "a/", "b", "c/d/"));
    assertThat(((Move) move).target("a/x/y")).isEqualTo("c/d/x/y");
    assertThat(
            read(
                "{'kind':'move','bucketId':'b','prefix':'a/','destinationBucket':'o',"
                    + "'destinationPrefix':'a/'}"))
        .isEqualTo(new Move("b", "a/", "o", "a/"));
  }

  /// A slip must not take a whole bucket, nor may a job meet what it has moved.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'delete','bucketId':'b','prefix':''} |"
            + " body/prefix must be a string that is not empty",
        "{'kind':'delete','bucketId':'b'} | body/prefix must be a string that is not empty",
        "{'kind':'delete','bucketId':'b','prefix':5} |"
            + " body/prefix must be a string that is not empty",
        "{'kind':'delete','prefix':'a'} | body/bucketId must be a string that is not empty",
        "{'kind':'copy','bucketId':'b','prefix':'a'} |"
            + " body/kind must be equal to one of the allowed values",
        "{'kind':'move','bucketId':'b','prefix':'a/'} |"
            + " body/destinationPrefix must be a string that is not empty",
        "{'kind':'move','bucketId':'b','prefix':'a/','destinationPrefix':'a/'} |"
            + " body/destinationPrefix and body/prefix must not overlap",
        "{'kind':'move','bucketId':'b','prefix':'a/','destinationPrefix':'a/b/'} |"
            + " body/destinationPrefix and body/prefix must not overlap",
        "{'kind':'move','bucketId':'b','prefix':'a/b/','destinationPrefix':'a/'} |"
            + " body/destinationPrefix and body/prefix must not overlap",
        "{'kind':'move','bucketId':'b','prefix':'a','destinationPrefix':'ab'} |"
            + " body/destinationPrefix and body/prefix must not overlap"
      })
  void whatIsNoJobIsRefused(String body, String message) {
    assertThat(Refusals.of(() -> read(body))).isEqualTo(new StorageError.InvalidParameter(message));
  }

  @Test
  void aPrefixIsNoLongerThanAKey() {
    var body = "{'kind':'delete','bucketId':'b','prefix':'%s'}";
    assertThat(read(body.formatted("a".repeat(1024))).prefix()).hasSize(1024);
    assertThat(Refusals.of(() -> read(body.formatted("a".repeat(1025)))))
        .isEqualTo(
            new StorageError.InvalidParameter(
                "body/prefix must not be longer than 1024 characters"));
  }

  @Test
  void whatIsNoIdIsNoJob() {
    var id = UUID.randomUUID();
    assertThat(JobRequest.id(id.toString())).isEqualTo(id);
    assertThat(Refusals.of(() -> JobRequest.id("x"))).isEqualTo(new StorageError.NoSuchJob("x"));
  }

  private static JobRequest read(String body) {
    return JobRequest.read(Json.parse(body.replace('\'', '"')));
  }
}
