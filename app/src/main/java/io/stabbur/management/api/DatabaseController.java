package io.stabbur.management.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.management.Developer;
import io.stabbur.management.Hosts;
import io.stabbur.management.settings.ManagementSettings;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.json.Json;
import io.stabbur.project.LoginRoles;
import io.stabbur.project.LoginRoles.Rights;
import java.util.List;

/// How a project's database is reached: temporary roles, and the address of the port.
@Controller("/v1/projects/{ref}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class DatabaseController {
  private static final int LARGEST = 16 * 1024;
  private static final int PORT = 5432;

  private final ManagementSettings settings;
  private final Hosts hosts;
  private final BodyBudget bodies;

  DatabaseController(ManagementSettings settings, Hosts hosts, BodyBudget bodies) {
    this.settings = settings;
    this.hosts = hosts;
    this.bodies = bodies;
  }

  @Post("/cli/login-role")
  HttpResponse<?> logIn(HttpRequest<?> request, Developer developer, String ref) {
    var rights = bodies.read(request, developer, LARGEST, DatabaseController::rights);
    var made = new LoginRoles(developer.project()).create(rights, settings.loginLife());
    return JsonFields.answer(
        HttpStatus.CREATED,
        new JsonFields()
            .put("role", made.name())
            .put("password", made.password().reveal())
            .put("ttl_seconds", settings.loginLife().toSeconds())
            .json());
  }

  @Delete("/cli/login-role")
  HttpResponse<?> logOut(Developer developer, String ref) {
    new LoginRoles(developer.project()).dropAll();
    return JsonFields.answer(new JsonFields().put("message", "ok").json());
  }

  @Get("/config/database/pooler")
  HttpResponse<?> pooler(Developer developer, String ref) {
    var host = hosts.poolerHost(developer.project());
    var user = "postgres." + ref;
    var address = "postgresql://%s:[YOUR-PASSWORD]@%s:%d/postgres".formatted(user, host, PORT);
    var pooler =
        new JsonFields()
            .put("identifier", ref)
            .put("database_type", "PRIMARY")
            .put("is_using_scram_auth", true)
            .put("db_user", user)
            .put("db_host", host)
            .put("db_port", PORT)
            .put("db_name", "postgres")
            .put("connection_string", address)
            .put("connectionString", address)
            .put("default_pool_size", JsonNode.nullNode())
            .put("max_client_conn", JsonNode.nullNode())
            .put("pool_mode", "session")
            .json();
    return JsonFields.answer(JsonNode.createArrayNode(List.of(pooler)));
  }

  /// Nobody is banned here: limits are by the minute.
  @Post("/network-bans/retrieve")
  HttpResponse<?> bans(Developer developer, String ref) {
    return JsonFields.answer(
        new JsonFields().put("banned_ipv4_addresses", JsonNode.createArrayNode(List.of())).json());
  }

  private static Rights rights(byte[] body) {
    var node = Json.parse(body);
    var readOnly = node.isObject() ? node.get("read_only") : null;
    if (!node.isObject() || (readOnly != null && !readOnly.isBoolean())) {
      throw new ApiException(new Failure.Malformed("read_only is true or false"));
    }
    boolean reads = readOnly != null && readOnly.getBooleanValue();
    return reads ? Rights.READ_ONLY : Rights.OWNER;
  }
}
