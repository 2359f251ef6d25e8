package io.stabbur.platform.db;

import io.stabbur.platform.config.Secret;
import java.time.Duration;

/// How one role logs in to one Postgres, and how many connections it may hold.
///
/// @param url JDBC address without user or password
/// @param patience longest wait for a free connection
public record Login(String url, String user, Secret password, int connections, Duration patience) {}
