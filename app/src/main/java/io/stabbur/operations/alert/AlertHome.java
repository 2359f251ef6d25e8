package io.stabbur.operations.alert;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.exceptions.BeanCreationException;
import io.stabbur.control.ControlHome;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Where alerts are kept: the control database. One that nobody has used is not made before there
/// is something to keep.
@Singleton
final class AlertHome {
  private final ControlHome control;
  private final AlertPlace place;
  private final BeanProvider<DataSource> schema;
  private @Nullable AlertStore store;
  private boolean isNew;

  AlertHome(
      ControlHome control, AlertPlace place, @Named("control") BeanProvider<DataSource> schema) {
    this.control = control;
    this.place = place;
    this.schema = schema;
  }

  /// Whether its database answers, known after some seconds.
  boolean answers() {
    var made = made();
    if (made != null) {
      return made.answers();
    }
    return !control.isMissing()
        && (control.isApart() || place.home().filter(home -> home.admin().reachable()).isPresent());
  }

  private synchronized @Nullable AlertStore made() {
    return store;
  }

  /// What is kept; none while nothing ever was.
  synchronized Optional<AlertStore> ifKept() {
    if (store != null) {
      return Optional.of(store);
    }
    isNew = isNew || (control.isUnused() && !OldAlerts.areIn(place.home()));
    return isNew ? Optional.empty() : Optional.of(store());
  }

  /// Opened, and made where it is missing.
  synchronized AlertStore store() {
    var made = store;
    if (made == null) {
      var login = control.login();
      prepare();
      made = new AlertStore(login);
      OldAlerts.move(place.home(), made);
      store = made;
    }
    return made;
  }

  /// The pool of the control database comes with its schema, up to date.
  private void prepare() {
    try {
      var _ = schema.get();
    } catch (BeanCreationException _) {
      throw new ApiException(
          new Failure.Unavailable("The control database, which keeps alerts, cannot be opened"));
    }
  }

  @PreDestroy
  synchronized void close() {
    if (store != null) {
      store.close();
    }
  }
}
