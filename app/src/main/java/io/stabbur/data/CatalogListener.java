package io.stabbur.data;

import io.stabbur.platform.db.SharedListener;
import io.stabbur.project.Notifications;
import io.stabbur.project.Project;
import io.stabbur.project.life.Chore;
import io.stabbur.project.life.Chores;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reloads the catalog when the database asks for it: `NOTIFY pgrst, 'reload schema'`, `'reload
/// config'`, or an empty message, which means both. Messages within 100 ms are answered by one
/// reload.
final class CatalogListener implements AutoCloseable {
  private static final Duration BURST = Duration.ofMillis(100);

  private final Project project;
  private final Chores.Handle chore;
  private final SharedListener.@Nullable Ear listener;

  private CatalogListener(Project project, DataSettings settings, Runnable reload) {
    this.project = project;
    this.chore = project.chores().start(Chore.onWake(BURST, "catalog", reload));
    this.listener =
        settings.listen()
            ? Notifications.of(project).listen(settings.channel(), this::heard)
            : null;
  }

  static CatalogListener start(Project project, DataSettings settings, Runnable reload) {
    return new CatalogListener(project, settings, reload);
  }

  private void heard(String message) {
    if (message.isEmpty() || message.equals("reload schema") || message.equals("reload config")) {
      // replicas have the old policies still
      project.replicas().changed();
      chore.wake();
    }
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
    chore.close();
  }
}
