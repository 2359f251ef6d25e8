package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;

/// The keys that all processes of the appliance share.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface ApplianceKeys extends GenericRepository<ApplianceKey, String> {
  Optional<ApplianceKey> findByName(String name);

  /// Keeps the one that is there.
  @Query(
      """
      insert into stabbur_control.appliance_keys (name, value) values (:name, :value)
      on conflict do nothing\
      """)
  int offer(String name, String value);
}
