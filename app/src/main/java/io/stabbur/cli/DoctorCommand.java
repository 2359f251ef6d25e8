package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur doctor`: looks for what should not be. Exit code 1 when something was found.
@Command(
    name = "doctor",
    description =
        "Check the running Stabbur: its public address and links, clock, disk, keys, mail, store,"
            + " proxies, alerts, the audit log's chains, open tables, the Postgres log.")
final class DoctorCommand implements Callable<Integer> {
  /// How findings are printed.
  enum Format {
    pretty,
    json
  }

  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "-o", description = "pretty or json (default ${DEFAULT-VALUE}).")
  Format format = Format.pretty;

  private final List<Finding> findings = new ArrayList<>();

  /// One line of the answer.
  private record Finding(boolean problem, String check, String text) {
    JsonNode json() {
      var fields = new LinkedHashMap<String, JsonNode>();
      fields.put("check", JsonNode.createStringNode(check));
      fields.put("status", JsonNode.createStringNode(problem ? "problem" : "ok"));
      fields.put("text", JsonNode.createStringNode(text));
      return JsonNode.createObjectNode(fields);
    }

    String line() {
      return (problem ? "PROBLEM  " : "ok       ") + text;
    }
  }

  @Option(names = "--mail-to", paramLabel = "ADDRESS", description = "Send a test mail there.")
  @Nullable String mailTo;

  @Override
  public Integer call() {
    publicAddress();
    links();
    boolean organized = parts();
    mail();
    alerts();
    if (organized) {
      auditLog();
    }
    database();
    advisor();
    if (format == Format.json) {
      System.out.println(
          Json.write(JsonNode.createArrayNode(findings.stream().map(Finding::json).toList())));
    } else {
      findings.forEach(finding -> System.out.println(finding.line()));
      System.out.println();
      System.out.println(summary());
    }
    return findings.stream().noneMatch(Finding::problem) ? 0 : 1;
  }

  private String summary() {
    long problems = findings.stream().filter(Finding::problem).count();
    return problems == 0 ? "All is well." : problems == 1 ? "1 problem." : problems + " problems.";
  }

  /// Links begin with the public address, whatever the headers of a request say.
  private void links() {
    var links = SampleLinks.of(server);
    for (var link : links.wrong()) {
      problem(
          "links",
          "links: %s does not begin with %s; check public-url".formatted(link, server.publicUrl()));
    }
    if (links.wrong().isEmpty()) {
      ok("links", "links: %d tried, all begin with %s".formatted(links.seen(), server.publicUrl()));
    }
  }

  /// What the process tries itself: clock, disk, keys, mail server, proxies, store, versions.
  /// Answers whether the schema keeps organizations, and with them an audit log.
  private boolean parts() {
    var answer = server.get("/admin/v1/doctor");
    for (var check : RunningServer.rows(answer, "checks")) {
      var name = RunningServer.text(check, "check");
      findings.add(
          new Finding(
              RunningServer.text(check, "status").equals("problem"),
              name,
              name + ": " + RunningServer.text(check, "text")));
    }
    return RunningServer.rows(answer, "checks").stream()
        .noneMatch(
            check ->
                RunningServer.text(check, "check").equals("organizations")
                    && RunningServer.text(check, "text").startsWith("none"));
  }

  private void mail() {
    if (mailTo != null) {
      try {
        var _ = server.post("/auth/v1/admin/mail/test", RunningServer.body("email", mailTo));
        ok("mail", "mail: the server took one for " + mailTo);
      } catch (StartFailure e) {
        problem("mail", "mail: " + e.getMessage());
      }
    }
  }

  private void ok(String check, String text) {
    findings.add(new Finding(false, check, text));
  }

  private void problem(String check, String text) {
    findings.add(new Finding(true, check, text));
  }

  /// Whether clients reach this Stabbur under the address that its links have.
  private void publicAddress() {
    var found = PublicAddress.check(server.publicUrl());
    found.problems().forEach(text -> problem("public-url", "public address: " + text));
    if (found.problems().isEmpty()) {
      ok("public-url", "public address: " + found.text());
    }
  }

  /// Database, disk, clock, backups, store and all else that rules judge all the time.
  private void alerts() {
    var alerts = RunningServer.rows(server.get("/admin/v1/alerts"), "alerts");
    boolean loud = false;
    for (var alert : alerts) {
      var annotations = alert.get("annotations");
      if (annotations != null && RunningServer.rows(alert, "silencedBy").isEmpty()) {
        loud = true;
        problem("alerts", "alert: " + RunningServer.text(annotations, "summary"));
      }
    }
    if (!loud) {
      ok("alerts", "alerts: none fires");
    }
  }

  private void auditLog() {
    var problems = server.get("/admin/v1/audit/problems");
    for (var problem : problems.values()) {
      problem(
          "audit-log",
          "audit log, chain %s, entry %s: %s"
              .formatted(
                  RunningServer.text(problem, "chain"),
                  RunningServer.text(problem, "sequence"),
                  RunningServer.text(problem, "problem")));
    }
    if (problems.size() == 0) {
      ok("audit-log", "audit log: every chain holds");
    }
  }

  private void database() {
    var found = server.get("/admin/v1/findings");
    for (var finding : found.values()) {
      problem("database", finding.getStringValue());
    }
    if (found.size() == 0) {
      ok("database", "database: no values in the log");
    }
  }

  private void advisor() {
    var open =
        RunningServer.rows(server.get("/admin/v1/advisor"), "findings").stream()
            .filter(finding -> finding.get("accepted") == null)
            .filter(finding -> !RunningServer.text(finding, "level").equals("INFO"))
            .toList();
    for (var finding : open) {
      problem("advisor", "advisor: " + RunningServer.text(finding, "detail"));
    }
    if (open.isEmpty()) {
      ok("advisor", "advisor: nothing to say of tables, policies and functions");
    }
  }
}
