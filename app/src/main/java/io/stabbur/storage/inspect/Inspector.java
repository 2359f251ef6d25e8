package io.stabbur.storage.inspect;

import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.inspect.VirusScanner.Verdict;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at bytes that were delivered before their row makes them live. A file that must not be
/// here is refused, and so is one that a scanner which should look at it cannot.
@Singleton
public final class Inspector {
  private static final Logger LOG = LoggerFactory.getLogger(Inspector.class);
  private final Backends backends;
  private static final int LINES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final Optional<VirusScanner> scanner;
  private final FairShare lines =
      new FairShare(Terms.thirds(LINES, "Too many files wait for the virus scanner"));

  Inspector(Backends backends, StorageSettings settings) {
    this.backends = backends;
    this.scanner = Optional.ofNullable(settings.virusScanner()).map(VirusScanner::at);
  }

  /// Whether the bytes begin as their type does.
  public void requireType(Project project, VersionKey key, Written written, String mediaType) {
    var beginning = new Span(0, Math.min(written.size(), Signature.LOOK));
    try (var bytes = backends.of(project).read(key, beginning)) {
      TypeCheck.require(bytes, mediaType);
    } catch (IOException e) {
      throw new ApiException(new Failure.Unavailable("The object store cannot be reached"));
    }
  }

  /// Whether the scanner, if there is one, lets the bytes pass.
  public void requireClean(Project project, VersionKey key, Written written) {
    scanner.ifPresent(each -> scan(each, project, key, written));
  }

  private void scan(VirusScanner by, Project project, VersionKey key, Written written) {
    try (var _ = lines.acquire(Caller.currentShare(), 1, PATIENCE);
        var bytes = backends.of(project).read(key, Span.whole(written.size()))) {
      switch (by.scan(bytes, written.size())) {
        case Verdict.Clean() -> {}
        case Verdict.TooLarge() -> {
          LOG.warn(
              "refused an upload of {} bytes to bucket {} of project {}: the scanner takes no more",
              written.size(),
              key.bucket(),
              project.name());
          throw new ApiException(new StorageError.EntityTooLarge());
        }
        case Verdict.Infected(var name) -> {
          LOG.warn(
              "refused an upload to bucket {} of project {}: the scanner found {}",
              key.bucket(),
              project.name(),
              name);
          throw new ApiException(new StorageError.Infected(name));
        }
      }
    } catch (IOException e) {
      LOG.warn("the virus scanner cannot be asked: {}", String.valueOf(e.getMessage()));
      throw new ApiException(new Failure.Unavailable("The virus scanner cannot be reached"));
    }
  }
}
