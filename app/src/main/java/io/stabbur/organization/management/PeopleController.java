package io.stabbur.organization.management;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import java.util.UUID;

/// One person's right to see and to be forgotten.
@Controller("/admin/v1/people")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PeopleController {
  private final People people;

  PeopleController(People people) {
    this.people = people;
  }

  /// The id of the account with an e-mail address.
  @Get
  String find(Caller caller, @QueryValue String email) {
    return people.find(caller, email);
  }

  @Get("/{id}")
  String export(Caller caller, UUID id) {
    return people.export(caller, id);
  }

  @Delete("/{id}")
  HttpResponse<?> erase(Caller caller, UUID id) {
    people.erase(caller, id);
    return HttpResponse.noContent();
  }
}
