package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.Failure;
import io.stabbur.testing.Refusals;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The body of a request to restore an organization: nothing is done that was not asked for.
class OrganizationRequestTest {
  private static final UUID ORGANIZATION = UUID.randomUUID();

  @Test
  void withoutMoreItIsTriedAndMembersStay() {
    var request = parse("{'backup':'b1'}");
    assertThat(request.organization()).isEqualTo(ORGANIZATION);
    assertThat(request.target()).isEqualTo(new RestoreTarget.Base("b1"));
    assertThat(request.except()).isEmpty();
    assertThat(request.hasMembers()).isFalse();
    assertThat(request.isApplied()).isFalse();
  }

  @Test
  void everythingIsRead() {
    var request = parse("{'to_point':'p','except':['public.a','x.b'],'members':true,'apply':true}");
    assertThat(request.target()).isEqualTo(new RestoreTarget.Point("p"));
    assertThat(request.except()).containsExactlyInAnyOrder("public.a", "x.b");
    assertThat(request.hasMembers()).isTrue();
    assertThat(request.isApplied()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T14:30:00Z, 2026-11-21T14:30:00Z",
    "2026-11-21 14:30:00, 2026-11-21T14:30:00Z",
    "2026-11-21T14:30:00+02:00, 2026-11-21T12:30:00Z",
    "' 2026-11-21T14:30 ', 2026-11-21T14:30:00Z"
  })
  void aTimeWithoutAZoneIsUtc(String text, Instant at) {
    var request = parse("{'to_time':'" + text + "','backup':null,'except':null}");
    assertThat(request.target()).isEqualTo(new RestoreTarget.Moment(at));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | The body is not a JSON object",
        "{} | Give one of backup, to_time and to_point",
        "{'backup':'a','to_point':'b'} | Give one of backup, to_time and to_point",
        "{'backup':null} | Give one of backup, to_time and to_point",
        "{'backup':5} | backup is not a text",
        "{'to_time':'today'} | today is no time; write it as 2026-11-21T14:30:00Z",
        "{'backup':'a','aply':true} | There is no field aply",
        "{'backup':'a','apply':'true'} | apply is true or false",
        "{'backup':'a','apply':null} | apply is true or false",
        "{'backup':'a','members':1} | members is true or false",
        "{'backup':'a','except':'public.a'} | except is a list of tables",
        "{'backup':'a','except':['a']} |"
            + " except names tables with their schema, such as public.members",
        "{'backup':'a','except':['.a']} |"
            + " except names tables with their schema, such as public.members",
        "{'backup':'a','except':[5]} |"
            + " except names tables with their schema, such as public.members"
      })
  void whatIsNotUnderstoodIsRefused(String body, String message) {
    assertThat(Refusals.of(() -> parse(body))).isEqualTo(new Failure.Malformed(message));
  }

  private static OrganizationRestore.Request parse(String body) {
    return OrganizationRequest.parse(ORGANIZATION, body.replace('\'', '"'));
  }
}
