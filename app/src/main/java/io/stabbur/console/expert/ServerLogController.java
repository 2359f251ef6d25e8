package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.look.LogLooks;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.operations.log.ServerLog;
import io.stabbur.platform.crypto.Crypto;

/// `/console/expert/log`: the last lines of the server's own log, and those that come. Errors of
/// databases may quote values of rows, so looks are written to the operators' journal before they
/// are done.
@Controller("/console/expert/log")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class ServerLogController {
  private static final int LINES = 200;
  private static final int LONGEST = 200;
  private static final int MARK = 18;

  private final ExpertPages expert;
  private final ServerLog log;
  private final LiveLines live;
  private final LogLooks looks;

  ServerLogController(ExpertPages expert, ServerLog log, LiveLines live, LogLooks looks) {
    this.expert = expert;
    this.log = log;
    this.live = live;
    this.looks = looks;
  }

  /// @param level the least one
  /// @param logger a part of its name
  @Get
  HttpResponse<?> show(
      HttpRequest<?> request,
      SignedIn operator,
      @QueryValue(defaultValue = "INFO") String level,
      @QueryValue(defaultValue = "") String logger) {
    var filter = filter(level, logger);
    var mark = Crypto.randomText(MARK);
    // a line that comes meanwhile is told rather twice than never
    long newest = log.newest();
    var lines = looks.page(operator, action(filter), () -> log.last(filter, LINES));
    var page = new ServerLogPage(filter, lines, newest, mark);
    return expert.showOwn(request, ExpertTool.LOG, mark, page);
  }

  /// @param after the last line that the page shows
  @Get("/live")
  @Produces(MediaType.ALL)
  HttpResponse<?> live(
      HttpRequest<?> request,
      SignedIn operator,
      @QueryValue(defaultValue = "0") long after,
      @QueryValue(defaultValue = "INFO") String level,
      @QueryValue(defaultValue = "") String logger)
      throws InterruptedException {
    var filter = filter(level, logger);
    looks.follow(operator, action(filter));
    return live.answer(
        request,
        expert.frame(request, ExpertTool.LOG),
        after,
        number ->
            log.after(filter, number, LINES).stream()
                .map(
                    line ->
                        new LiveLines.Line(
                            line.number(), line.at(), line.level(), line.logger(), line.message()))
                .toList());
  }

  private static String action(ServerLog.Filter filter) {
    return LogLooks.server(
        "from %s on, loggers with “%s”".formatted(filter.level(), filter.logger()));
  }

  private static ServerLog.Filter filter(String level, String logger) {
    var wanted = ServerLog.LEVELS.contains(level) ? level : "INFO";
    var text = logger.strip();
    return new ServerLog.Filter(wanted, text.substring(0, Math.min(text.length(), LONGEST)));
  }
}
